"""The check of arguments says what a library for JSON Schema says, for the words it knows."""

from typing import Any

import jsonschema
import pytest
from alli_tools.definition.checking import problems_of, unknown_words
from alli_tools.definition.json_schema import closed
from hypothesis import given
from hypothesis import strategies as st

SCALARS = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "minLength": 2, "maxLength": 3},
        {"type": "string", "pattern": "^a"},
        {"type": "integer", "minimum": 1, "maximum": 3},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 2},
        {"type": "boolean"},
        {"type": "null"},
        {"type": ["string", "null"]},
        {"enum": ["a", 1, None]},
        {"const": "a"},
        {},
    ]
)
SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("array"), "items": inner, "maxItems": st.just(2), "minItems": st.just(1)}
        ),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries(
            {
                "type": st.just("object"),
                "properties": st.fixed_dictionaries({"a": inner, "b": inner}),
                "required": st.sampled_from([[], ["a"], ["a", "b"]]),
                "additionalProperties": st.sampled_from([True, False, {"type": "integer"}]),
            }
        ),
    ),
    max_leaves=6,
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(["a", "ab", "abcd", "", 0, 1, 2, 1.5, 2.0, True, None]),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner)),
    max_leaves=6,
)


@given(SCHEMAS, VALUES)
def test_the_verdict_is_that_of_jsonschema(schema: dict[str, Any], value: object) -> None:
    assert not list(unknown_words(schema))
    assert (not list(problems_of(schema, value))) is jsonschema.Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    ("schema", "value", "words"),
    [
        ({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}, {}, ["a is missing"]),
        ({"type": "array", "items": {"type": "integer"}}, [1, "SECRET"], ["x[1] must be an integer, not a string"]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 5, ["x must be a string, not an integer"]),
        ({"type": ["string", "null"]}, 5, ["x must be a string or null, not an integer"]),
        ({"enum": [f"city-{n}" for n in range(99)]}, "city 5", ["x must be one of 99 options, such as: city-5"]),
    ],
    ids=["missing", "item", "nullable", "types", "many"],
)
def test_problems_say_what_is_wrong_and_never_the_value(
    schema: dict[str, Any], value: object, words: list[str]
) -> None:
    found = list(problems_of(schema, value, "" if isinstance(value, dict) else "x"))
    assert [one[: len(word)] for one, word in zip(found, words, strict=True)] == words
    assert "SECRET" not in str(found)


def test_a_schema_that_holds_itself_keeps_its_reference() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}, "n": {"type": "integer", "default": 1}}}
    schema = {"type": "object", "properties": {"node": {"$ref": "#/$defs/Node"}}, "$defs": {"Node": node}}
    made = closed(schema)
    assert made["properties"]["node"]["anyOf"][0]["properties"]["n"] == {
        "anyOf": [{"type": "integer"}, {"type": "null"}]
    }
    assert made["$defs"]["Node"]["additionalProperties"] is False
    assert "default" not in str(made)
