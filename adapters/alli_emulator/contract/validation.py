"""Requests and answers held against the OpenAPI document.

The document is data here: nothing about an operation is written down twice. Problems name the place and the rule,
never the value that broke it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from importlib import resources
from typing import Any, cast
from urllib.parse import quote

from alli_emulator.contract.operations import METHODS, Operation, Operations
from alli_emulator.contract.problems import Json, Place, Problem, SchemaCheck
from alli_emulator.contract.schema_errors import schema_check

__all__ = ["Contract", "load_document"]

_BOOLEANS = {"true": True, "false": False}
_FORM = "multipart/form-data"


def load_document() -> Json:
    """The merged OpenAPI document that the generator puts into package `alli`.

    Raises:
        FileNotFoundError: there is none; the message says how to make it.
    """
    found = resources.files("alli").joinpath("openapi.json")
    if not found.is_file():
        raise FileNotFoundError("alli/openapi.json is missing; `python -m generator` writes it")
    return cast(Json, json.loads(found.read_text(encoding="utf-8")))


class Contract:
    """What the document says of each operation, by operationId."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._checks: dict[Place, SchemaCheck] = {}

    @cached_property
    def operations(self) -> Operations:
        """All operations of the document."""
        return Operations(
            Operation(item[method.lower()]["operationId"], method, path)
            for path, item in self._document["paths"].items()
            for method in METHODS
            if method.lower() in item
        )

    @cached_property
    def _places(self) -> Mapping[str, Place]:
        """Where each operation stands in the document, by its operationId."""
        return {one.id: ("paths", one.path, one.method.lower()) for one in self.operations}

    def query_problems(self, operation: str, query: Iterable[tuple[str, str]]) -> tuple[dict[str, Any], list[Problem]]:
        """The documented query parameters, read by their schemas, and what is wrong with them. Others are left out."""
        pairs = list(query)
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for place, parameter in self._parameters(operation):
            name = parameter["name"]
            texts = [value for key, value in pairs if key == name]
            if parameter["in"] != "query":
                continue
            if not texts:
                if parameter.get("required"):
                    problems.append(Problem(("query", name), "required", "is required"))
                continue
            values[name] = _coerce(texts, self._types(parameter["schema"]))
            problems += self._problems((*place, "schema"), values[name], ("query", name))
        return values, problems

    def body_problems(self, operation: str, media_type: str, body: object) -> list[Problem]:
        """What is wrong with a request's body, given the media type whose schema it should follow."""
        place, request = self._resolve((*self._places[operation], "requestBody"))
        if "schema" not in request.get("content", {}).get(media_type, {}):
            return []
        return self._problems((*place, "content", media_type, "schema"), body, ("body",))

    def form_problems(self, operation: str, parts: Iterable[tuple[str, str | None]]) -> list[Problem]:
        """What is wrong with a multipart body, given its parts' names and texts, None for a file."""
        return self.body_problems(operation, _FORM, self.form_values(operation, parts))

    def form_values(self, operation: str, parts: Iterable[tuple[str, str | None]]) -> dict[str, Any]:
        """The fields of a multipart body, read by their schemas. A list is parts of one name, or JSON in one part."""
        place, _ = self._resolve((*self._places[operation], "requestBody", "content", _FORM, "schema"))
        texts: dict[str, list[str]] = {}
        for name, text in parts:
            # A file's bytes are any string to the schema.
            texts.setdefault(name, []).append(text or "")
        return {name: self._form_value(some, self._at((*place, "properties", name))) for name, some in texts.items()}

    def _form_value(self, texts: list[str], schema: Json) -> Any:
        """A field of a form by its schema. How the service reads lists in a form is not documented."""
        types = self._types(schema)
        if "null" in types and texts == ["null"]:
            return None
        if "array" not in types:
            return _coerce(texts, types)
        if len(texts) == 1 and texts[0].startswith("["):
            found = _json_in(texts[0])
            return texts if found == texts[0] else found
        # A list of objects has JSON in each part.
        branches = [schema, *schema.get("anyOf", [])]
        return (
            [_json_in(text) for text in texts]
            if any(self._types(one.get("items", {})) >= {"object"} for one in branches)
            else texts
        )

    def answer_problems(self, operation: str, status: int, media_type: str, body: object) -> list[Problem]:
        """What is wrong with an answer, or with one record of a streamed one.

        An error status the document doesn't list is not a problem: nobody has written down all the service's errors.
        """
        responses = self._at(self._places[operation])["responses"]
        key = str(status) if str(status) in responses else "default"
        if key not in responses:
            return [Problem(("status",), "status", "is not documented")] if status < 400 else []
        place, response = self._resolve((*self._places[operation], "responses", key))
        content = response.get("content", {})
        if not content:
            return []
        if media_type not in content:
            return [Problem(("content-type",), "content", f"{media_type} is not documented")] if status < 400 else []
        if "schema" not in content[media_type]:
            return []
        return self._problems((*place, "content", media_type, "schema"), body, ("answer",))

    def _parameters(self, operation: str) -> list[tuple[Place, Json]]:
        place = self._places[operation]
        return [
            self._resolve((*owner, "parameters", index))
            for owner in (place[:-1], place)
            for index in range(len(self._at(owner).get("parameters", [])))
        ]

    def _at(self, place: Sequence[str | int]) -> Any:
        node: Any = self._document
        for step in place:
            node = node[step] if isinstance(step, int) else node.get(step, {})
        return node

    def _resolve(self, place: Place) -> tuple[Place, Json]:
        node = self._at(place)
        while "$ref" in node:
            place = _steps(node["$ref"])
            node = self._at(place)
        return place, node

    def _types(self, schema: Json) -> set[str]:
        while "$ref" in schema:
            schema = self._at(_steps(schema["$ref"]))
        own = schema.get("type", [])
        types = {own} if isinstance(own, str) else set(own)
        for branch in [*schema.get("anyOf", []), *schema.get("oneOf", []), *schema.get("allOf", [])]:
            types |= self._types(branch)
        return types

    def _problems(self, place: Place, value: object, prefix: Place) -> list[Problem]:
        if place not in self._checks:
            pointer = "/".join(quote(str(step).replace("~", "~0").replace("/", "~1"), safe="~") for step in place)
            self._checks[place] = schema_check({**self._document, "$ref": f"#/{pointer}"})
        return self._checks[place](value, prefix)


def _steps(reference: str) -> Place:
    """The place in the document that a `$ref` like `#/components/schemas/App` names."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in reference.split("/")[1:])


def _json_in(text: str) -> Any:
    """The JSON value in a text; the text where there is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _coerce(texts: list[str], types: set[str]) -> Any:
    """A query value by the types its schema allows; text that fits none of them stays text and fails validation."""
    if "array" in types:
        return texts
    text = texts[-1]
    if "boolean" in types and text.lower() in _BOOLEANS:
        return _BOOLEANS[text.lower()]
    for name, convert in (("integer", int), ("number", float)):
        if name in types:
            try:
                return convert(text)
            except ValueError:
                return text
    return text
