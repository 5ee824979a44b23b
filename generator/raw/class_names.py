"""Gives schemas whose classes would have one name a title each, which openapi-python-client names classes after.

It refuses the second of two classes of one name, and with it the whole document: FastAPI's `Item-Input` and `Item-Output` of one title, an
object written in place beside a component of its name, `Thing` beside `thing`. The first one keeps the name.

Parts of unions, which it counts (`ExportFilterType0`), are called after what holds them and what tells them from the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openapi_python_client.config import Config
from openapi_python_client.parser.properties import Class
from openapi_python_client.strings import pascal_case

from generator.document.json_types import array_at, is_array, is_object, object_at
from generator.document.problems import JsonPath, Problem
from generator.document.schemas import operations

__all__ = ["tell_apart"]


def tell_apart(data: dict[str, Any], config: Config) -> list[Problem]:
    """Give each such schema a title. Changes the document.

    Returns:
        A warning for each, with its path.
    """
    return list(_Names(config).components(data))


class _Names:
    def __init__(self, config: Config) -> None:
        self._config = config
        self._taken: dict[str, object] = {}
        """By class, the values of an enum, of which two with the same values are one; the schema of an object."""

    def components(self, data: dict[str, Any]) -> Iterator[Problem]:
        found: list[tuple[JsonPath, dict[str, Any], str]] = []
        for key, schema in object_at(data, "components", "schemas").items():
            if is_object(schema) and _has_class(schema):
                path: JsonPath = ("components", "schemas", key)
                yield from self._own(schema, "", key, path)
                found.append((path, schema, self._class("", _title(schema, key))))
        for path, schema, name in found:
            yield from self._inside(schema, name, path)
        for path, operation in operations(data):
            parent = str(operation.get("operationId"))
            for index, parameter in enumerate(array_at(operation, "parameters")):
                if is_object(parameter) and isinstance(given := parameter.get("name"), str):
                    inside = (*path, "parameters", index, "schema")
                    yield from self._visit(parameter.get("schema"), parent, given, inside)
            yield from self._contents(operation.get("requestBody"), parent, "body", (*path, "requestBody"))
            for status, response in object_at(operation, "responses").items():
                yield from self._contents(response, parent, f"response_{status}", (*path, "responses", status))

    def _contents(self, holder: Any, parent: str, name: str, path: JsonPath) -> Iterator[Problem]:
        content = object_at(holder, "content")
        # Of several media types, the parser puts the kind into the names.
        if len(content) == 1:
            media, inner = next(iter(content.items()))
            yield from self._visit(inner.get("schema"), parent, name, (*path, "content", media, "schema"))

    def _visit(self, schema: Any, parent: str, name: str, path: JsonPath) -> Iterator[Problem]:
        """A schema written in place."""
        if not is_object(schema) or "$ref" in schema:
            return
        if is_object(schema.get("items")):
            yield from self._visit(schema["items"], parent, f"{name}_item", (*path, "items"))
        for key in ("anyOf", "oneOf"):
            self._name_parts([part for part in array_at(schema, key) if is_object(part)], parent, name)
            for index, part in enumerate(array_at(schema, key)):
                inner = _title(part, f"type_{index}") if is_object(part) else ""
                yield from self._visit(part, parent, f"{name}_{inner}", (*path, key, index))
        if _has_class(schema) and not ("anyOf" in schema or "oneOf" in schema):
            yield from self._own(schema, parent, name, path)
            yield from self._inside(schema, self._class(parent, _title(schema, name)), path)

    def _name_parts(self, parts: list[dict[str, Any]], parent: str, name: str) -> None:
        """Give the parts of a union a title each, but for those that have one, and those that nothing tells from the others."""
        classes = [part for part in parts if "$ref" not in part and _has_class(part)]
        taken = {*self._taken, *(self._class(parent, part["title"]) for part in classes if _title(part, ""))}
        for part in classes:
            word = _distinction(part, [other for other in parts if other is not part])
            title = f"{name} {word}" if word else name
            alike = [other for other in classes if ("enum" in other) == ("enum" in part)]
            wanted = self._class(parent, title)
            if not _title(part, "") and (word or len(alike) == 1) and wanted not in taken:
                part["title"] = title
                taken.add(wanted)

    def _inside(self, schema: dict[str, Any], parent: str, path: JsonPath) -> Iterator[Problem]:
        for key, inner in object_at(schema, "properties").items():
            yield from self._visit(inner, parent, key, (*path, "properties", key))

    def _own(self, schema: dict[str, Any], parent: str, name: str, path: JsonPath) -> Iterator[Problem]:
        wanted = self._class(parent, _title(schema, name))
        what = tuple(map(str, schema["enum"])) if is_array(schema.get("enum")) else schema
        if wanted in self._taken and not (isinstance(what, tuple) and self._taken[wanted] == what):
            titles = [name, *(f"{_title(schema, name)} {number}" for number in range(2, len(self._taken) + 3))]
            schema["title"] = next(title for title in titles if self._class(parent, title) not in self._taken)
            called = self._class(parent, schema["title"])
            message = f"warning: another schema has the class {wanted} already, so this one is called {called}; to name it, give it a title"
            yield Problem(f"{message} with an action of the overlay", path=path)
            wanted = called
        self._taken[wanted] = what

    def _class(self, parent: str, name: str) -> str:
        prefix = f"{pascal_case(parent)}{pascal_case(name)}" if parent else name
        return str(Class.from_string(string=prefix, config=self._config).name)


def _title(schema: dict[str, Any], name: str) -> str:
    title = schema.get("title")
    return title if isinstance(title, str) and title else name


def _distinction(part: dict[str, Any], others: list[dict[str, Any]]) -> str:
    """A word that tells an object from the other parts of a union: its one value of a field, else the first field that it alone requires,
    else the first that it alone has. A lone object needs none.
    """
    fields = object_at(part, "properties")
    for field in fields.values():
        match field:
            case {"enum": [str(value)]} | {"const": str(value)}:
                return value
            case _:
                pass
    elsewhere = {field for other in others for field in array_at(other, "required")}
    others_have = {field for other in others for field in object_at(other, "properties")}
    required = [field for field in fields if field in array_at(part, "required") and field not in elsewhere]
    alone = [field for field in fields if others_have and field not in others_have]
    return next(iter([*required, *alone]), "")


def _has_class(schema: dict[str, Any]) -> bool:
    """An object or an enum."""
    kind = schema.get("type")
    return "enum" in schema or "properties" in schema or "allOf" in schema or kind == "object"
