"""The quick checks and jsonschema say the same of a value, for every schema of the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from alli_emulator.quick_checks import quick_check
from alli_emulator.validation import load_document
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

DOCUMENT: Any = load_document()
SCHEMAS: Mapping[str, Any] = DOCUMENT["components"]["schemas"]
NAMES = sorted({name for schema in SCHEMAS.values() for name in schema.get("properties", {})})
LEAVES = st.none() | st.booleans() | st.integers(-2, 120) | st.floats(-1, 3) | st.sampled_from(["", "sync", "x"])


def values_of(schema: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that fit the schema, or nearly: here and there one of another kind, a property missing, or one too many."""
    if isinstance(schema, bool) or depth > 6:
        return LEAVES
    if "$ref" in schema:
        return values_of(resolve(schema["$ref"]), depth + 1)
    if "anyOf" in schema:
        return st.one_of(*(values_of(branch, depth + 1) for branch in schema["anyOf"]))
    if "properties" in schema:
        known = {name: values_of(one, depth + 1) for name, one in schema["properties"].items()}
        required = {name: known[name] for name in schema.get("required", []) if name in known}
        others = {name: one for name, one in known.items() if name not in required}
        fitting = st.fixed_dictionaries(required, optional={**others, "unknown": LEAVES})
        return st.one_of(fitting, fitting, fitting, st.dictionaries(st.sampled_from(NAMES), LEAVES, max_size=3), LEAVES)
    if "items" in schema:
        return st.lists(values_of(schema["items"], depth + 1), max_size=3) | LEAVES
    return LEAVES | st.just({}) | st.just([])


def resolve(reference: str) -> Any:
    return SCHEMAS[reference.rpartition("/")[2]]


def has_whole_float(value: Any) -> bool:
    if isinstance(value, (dict, list)):
        return any(map(has_whole_float, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float) and value.is_integer()


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_quick_checks_agree(name: str) -> None:
    check = quick_check(SCHEMAS[name], resolve)
    judge = Draft202012Validator({**DOCUMENT, "$ref": f"#/components/schemas/{name}"})

    @settings(max_examples=60, derandomize=True, deadline=None, database=None)
    @given(values_of(SCHEMAS[name]))
    def agree(value: Any) -> None:
        if check(value):
            assert judge.is_valid(value)
        elif judge.is_valid(value):
            # A whole number written as a float is the one thing the quick check leaves to the judge.
            assert has_whole_float(value)

    agree()


@pytest.mark.parametrize(
    ("schema", "yes", "no"),
    [
        (True, 1, None),
        ({"type": "integer", "minimum": 1, "maximum": 3}, 3, 4),
        ({"type": ["string", "null"], "minLength": 1}, None, ""),
        ({"type": "number"}, 1.5, True),
        ({"enum": ["a", "b"]}, "b", "c"),
        ({"$schema": "x", "const": False}, False, 0),
        ({"anyOf": [{"type": "null"}, {"type": "array", "items": {"type": "boolean"}}]}, [True], [1]),
        ({"properties": {"a": {"type": "null"}}, "additionalProperties": {"type": "string"}}, {"a": None}, {"b": 1}),
        ({"required": ["a"], "additionalProperties": False, "properties": {"a": {}}}, {"a": 1}, {"a": 1, "b": 1}),
    ],
)
def test_a_quick_check_tells_right_from_wrong(schema: Any, yes: object, no: object) -> None:
    check = quick_check(schema, resolve)
    assert check(yes)
    assert schema is True or not check(no)


def test_a_schema_that_holds_itself_is_checked_to_its_depth() -> None:
    tree = {"type": "object", "properties": {"leaf": {"type": "string"}, "twig": {"$ref": "#"}}}
    check = quick_check(tree, lambda _reference: tree)
    assert check({"twig": {"twig": {"leaf": "green"}}})
    assert not check({"twig": {"twig": {"leaf": 1}}})


@pytest.mark.parametrize("schema", [{"pattern": "^a$"}, {"enum": [1]}, {"items": {"oneOf": [{}, {}]}}])
def test_what_it_does_not_know_it_leaves_to_jsonschema(schema: Any) -> None:
    check = quick_check(schema, resolve)
    assert not check("a")
    assert not check([])
