"""The world of answers is open: for every schema of the document, whatever a service may send is read, kept and given back."""

from __future__ import annotations

import copy
import importlib
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from alli import ConversationResult, RunResult, SkillResult
from alli._calls.operations import Operation
from alli._json.answers import decoded
from alli._json.responses import Reply
from alli._privacy.masking import Mask
from alli.raw import models as raw_models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

DOCUMENT = json.loads((Path(raw_models.__file__).parents[2] / "openapi.json").read_text("utf-8"))
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["2024-02-30", "not a date", "2024-01-01T00:00:00Z", "campaign", "-1", "{}", '{"blocks": [3]}']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
"""Any JSON value, also ones that look like dates, enum values or JSON in a string."""


def answer_schemas() -> set[str]:
    """Names of the schemas that a success answer is made of."""
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in SCHEMAS and name not in found:
                found.add(name)
                walk(SCHEMAS[name])
            for item in node.values():
                walk(item)

    for path in DOCUMENT["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                walk(operation["responses"])
    return found


def documented(schema: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that the schema describes."""
    if "$ref" in schema:
        return documented(SCHEMAS[schema["$ref"].rpartition("/")[2]], depth + 1)
    if depth > 6:
        return st.none()
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return st.one_of([documented(choice, depth) for choice in choices])
    kinds = schema.get("type", "any")
    return st.one_of([documented_kind(kind, schema, depth) for kind in ([kinds] if isinstance(kinds, str) else kinds)])


def documented_kind(kind: str, schema: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    match kind:
        case "object":
            required = set(schema.get("required", ()))
            fields = {name: documented(each, depth) for name, each in schema.get("properties", {}).items()}
            return st.fixed_dictionaries(
                {name: each for name, each in fields.items() if name in required},
                optional={name: each for name, each in fields.items() if name not in required},
            )
        case "array":
            return st.lists(documented(schema.get("items", {}), depth), max_size=2)
        case "string":
            return st.text(max_size=8) | st.sampled_from(schema.get("x-known-values") or ["text"])
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers()
        case "number":
            return st.floats(allow_nan=False, allow_infinity=False)
        case "null":
            return st.none()
        case _:
            return JUNK


@st.composite
def spoilt(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> Any:
    """One of the values, in which any field, at any depth, may be missing, unknown, or anything at all."""
    value = draw(values)
    for _ in range(draw(st.integers(0, 4))):
        places = list(containers(value))
        if not places:
            break
        place = draw(st.sampled_from(places))
        if isinstance(place, list):
            place.insert(draw(st.integers(0, len(place))), draw(JUNK))
        elif place and draw(st.booleans()):
            name = draw(st.sampled_from(sorted(place)))
            if draw(st.booleans()):
                place[name] = draw(JUNK)
            else:
                del place[name]
        else:
            place[draw(st.text(max_size=6))] = draw(JUNK)
    return value


def containers(value: Any) -> Any:
    """Every object and array in `value`, itself included."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from containers(item)
    elif isinstance(value, list):
        yield value
        for item in value:
            yield from containers(item)


def class_of(name: str) -> str:
    """The class of a schema's model, which the overlay may call otherwise."""
    return str(SCHEMAS[name].get("x-alli-sdk", {}).get("class", name))


# The type of a list of values is an alias, not a class.
MODELS = sorted(name for name in answer_schemas() if isinstance(getattr(raw_models, class_of(name), None), type))
QUICK = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def test_every_schema_of_an_answer_that_is_an_object_has_a_model() -> None:
    objects = {name for name in answer_schemas() if SCHEMAS[name].get("type") == "object"}
    assert set(MODELS) >= objects
    assert {"App", "AppsResponse", "RunAppResponse", "AppV1"} <= set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_any_object_is_read_without_an_error_and_given_back_as_it_came(name: str) -> None:
    model = getattr(raw_models, class_of(name))

    @QUICK
    @given(spoilt(documented(SCHEMAS[name])).filter(lambda value: isinstance(value, dict)))
    def check(value: dict[str, Any]) -> None:
        before = copy.deepcopy(value)
        read = model.from_dict(value)
        assert value == before
        written = read.to_dict()
        assert written == before
        # JSON tells what Python's equality does not: 1, 1.0 and True.
        assert json.dumps(written, sort_keys=True) == json.dumps(before, sort_keys=True)
        for twin in (copy.deepcopy(read), pickle.loads(pickle.dumps(read))):
            assert twin.to_dict() == before
        repr(read)

    check()


@pytest.mark.parametrize("name", MODELS)
def test_what_is_documented_is_read_into_its_attribute(name: str) -> None:
    model = getattr(raw_models, class_of(name))
    attributes = {field.metadata["wire"]: field.name for field in model.__attrs_attrs__ if "wire" in field.metadata}

    @QUICK
    @given(documented(SCHEMAS[name]).filter(lambda value: isinstance(value, dict)))
    def check(value: dict[str, Any]) -> None:
        read = model.from_dict(value)
        for wire, attribute in attributes.items():
            held = getattr(read, attribute)
            assert bool(held) or wire not in value or not value[wire], wire
        assert set(read.additional_properties) == value.keys() - attributes.keys()

    check()


RUN_PAYLOADS = spoilt(documented(SCHEMAS["RunAppResponse"])) | spoilt(documented(SCHEMAS["RunRecord"])) | JUNK


@settings(QUICK, max_examples=150)
@given(RUN_PAYLOADS)
def test_a_run_result_is_made_of_anything(payload: Any) -> None:
    before = copy.deepcopy(payload)
    result = RunResult.from_payload(payload)
    assert result.raw == before
    assert isinstance(result.text, str)
    for message in result.messages:
        assert isinstance(message.text, str)
        assert all(isinstance(citation.text, str | None) for citation in message.citations)
    assert isinstance(result.citations, list)
    assert isinstance(result.variables, dict)
    for told in (result.conversation_id, result.state, result.app_id, result.name, result.type, result.category):
        assert told is None or isinstance(told, str)
    repr(result)
    assert pickle.loads(pickle.dumps(result)) == result


@settings(QUICK, max_examples=100)
@given(spoilt(documented(SCHEMAS["RunSkillResponse"])) | JUNK)
def test_a_skill_result_is_made_of_anything(payload: Any) -> None:
    before = copy.deepcopy(payload)
    result = SkillResult.from_payload(payload)
    assert result.raw == before
    assert isinstance(result.text, str)
    assert all(isinstance(error, str) for error in result.errors)


@settings(QUICK, max_examples=100)
@given(
    spoilt(documented(SCHEMAS["StartConversationResponse"])) | spoilt(documented(SCHEMAS["SendChatResponse"])) | JUNK
)
def test_a_conversation_result_is_made_of_anything(payload: Any) -> None:
    before = copy.deepcopy(payload)
    result = ConversationResult.from_payload(payload)
    assert result.raw == before
    assert result.conversation_id is None or isinstance(result.conversation_id, str)


OPERATIONS = sorted(
    (value for value in vars(importlib.import_module("alli.resources")).values() if isinstance(value, Operation)),
    key=lambda operation: operation.name,
)


NO_MASK = Mask(None, {}, tuple)


@settings(QUICK, max_examples=150)
@given(st.sampled_from(OPERATIONS), JUNK | spoilt(documented(SCHEMAS["AppsV1Response"])) | st.binary(max_size=20))
def test_whatever_a_200_holds_gives_a_value_or_an_error_of_ours(operation: Operation, body: Any) -> None:
    from alli import AlliError

    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = Reply("x: GET /", 200, {}, content, {"method": "GET", "path": "/", "attempts": 1}, NO_MASK)
    try:
        decoded(reply, operation, RunResult.from_payload)
    except AlliError as error:
        assert str(error).startswith("x: GET /: ")
