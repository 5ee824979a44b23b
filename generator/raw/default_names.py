"""Names for operations that the overlay says nothing about, so that a new operation works before anyone has annotated it.

The name comes from path and method alone: `GET /webapi/v2/projects/{id}/notes` is `client.projects.list_notes()`. Where that is taken,
the version of the path is added, then a number.
"""

from __future__ import annotations

import json
import keyword
import re
from typing import Any

from openapi_python_client.strings import PythonIdentifier

from generator.document.files import Document
from generator.document.json_types import is_array, is_object, object_at
from generator.document.jsonpath import action
from generator.document.media_types import answer_of, bodies_of
from generator.document.problems import JsonPath, Problem
from generator.document.schemas import called, operations, properties, resolved, step
from generator.document.source_text import free_name, snake_case
from generator.model.blocks import RESERVED_METHODS, RESERVED_RESOURCES

__all__ = ["annotate"]

_VERBS = {"get": "get", "post": "create", "put": "replace", "patch": "update"}

_PREFIXES = frozenset({"api", "rest", "webapi"})
"""First segments that say nothing."""

_VERSION = re.compile(r"v\d+")


MAX_LENGTH = 120
"""Of an operationId, after which a file is called."""
_LONGEST_WORD = 40


def annotate(document: Document) -> list[Problem]:
    """Give each operation without an annotation, or without an operationId, one made of its path and method.

    Changes the document.

    Returns:
        For each such operation a warning that says what was made and what to add to the overlay.
    """
    found = list(operations(document.data))
    methods = {name for _, operation in found for name in _methods(operation)}
    ids = {name for _, operation in found if isinstance(name := operation.get("operationId"), str)}
    modules: dict[str, str] = {}
    warnings: list[Problem] = []
    for path, operation in found:
        missing: list[str] = []
        if "x-alli-sdk" not in operation:
            name = _name(document.data, path, operation, methods)
            methods.add(name)
            resource, _, method = name.partition(".")
            operation["x-alli-sdk"] = {"resource": resource, "method": method, **_body(document.data, operation)}
            missing.append("x-alli-sdk")
        given = operation.get("operationId")
        if not isinstance(given, str) or len(given) > MAX_LENGTH or modules.setdefault(_module(given), given) != given:
            resource, _, method = next(iter(_methods(operation)), f"operation.{path[2]}").partition(".")
            operation["operationId"] = free_name(f"{method}_{resource}", {*ids, *modules})
            ids.add(operation["operationId"])
            modules[_module(operation["operationId"])] = operation["operationId"]
            missing.append("unique operationId" if given else "operationId")
        # The folder of the raw module. The vendor's own tag would come first, for an overlay can only add to a list.
        block: object = operation["x-alli-sdk"]
        if is_object(block) and isinstance(block.get("resource"), str):
            operation["tags"] = [block["resource"]]
        if missing:
            warnings.append(_warning(path, operation, missing))
    return warnings


def _module(operation_id: str) -> str:
    """Two ids may give one."""
    return str(PythonIdentifier(operation_id, "field_"))


def _warning(path: JsonPath, operation: dict[str, Any], missing: list[str]) -> Problem:
    added = [f"operationId: {json.dumps(operation['operationId'], ensure_ascii=False)}"]
    if "x-alli-sdk" in missing:
        resource, method = operation["x-alli-sdk"]["resource"], operation["x-alli-sdk"]["method"]
        added += [f"tags: [{resource}]", f"x-alli-sdk: {{resource: {resource}, method: {method}}}"]
    name = next(iter(_methods(operation)), "?")
    return Problem(
        f"warning: {called(path)} has no {' and no '.join(missing)} in the overlay, so it is called client.{name}(); to name it yourself, "
        f"add this action and change the names: {action(path, *added)}",
        path=path,
    )


def _methods(operation: dict[str, Any]) -> list[str]:
    """The methods of what the operation is annotated with, as `resource.method`, as far as that can be read."""
    block = operation.get("x-alli-sdk")
    if not is_object(block) or not isinstance(resource := block.get("resource"), str):
        return []
    named = block.get("methods")
    names = sorted(named) if is_object(named) else [block.get("method")]
    return [f"{resource}.{name}" for name in names if isinstance(name, str)]


def _is_list(document: dict[str, Any], operation: dict[str, Any], segments: list[str]) -> bool:
    """Does a GET of this path give a list, as far as the document says?"""
    if segments and "{" in segments[-1]:
        return False
    below_one_thing = any("{" in segment for segment in segments)
    alone = len(segments) < 2
    good = [answer for status, answer in object_at(operation, "responses").items() if status.startswith("2")]
    kind, schema = answer_of(resolved(document, good[0])) if good else ("nothing", None)
    if kind != "json":
        return alone
    fields = properties(document, schema)
    if any(step(document, each) is not resolved(document, each) for each in (schema, *fields.values())):
        return True
    return alone if fields else not below_one_thing


def _name(document: dict[str, Any], path: JsonPath, operation: dict[str, Any], taken: set[str]) -> str:
    """Resource and method for a path and an HTTP method, as `resource.method`."""
    segments = [part for part in str(path[1]).split("/") if part]
    version = next((part for part in segments if _VERSION.fullmatch(part)), "")
    plain = [part for part in segments if not _VERSION.fullmatch(part)]
    if len(plain) > 1 and plain[0] in _PREFIXES:
        plain = plain[1:]
    words = [word for part in plain if "{" not in part and (word := _word(part))] or ["root"]
    resource, *rest = words
    if resource in RESERVED_RESOURCES:
        resource = f"{resource}_"
    verb = _VERBS.get(str(path[2]), str(path[2]))
    if verb == "get" and _is_list(document, operation, plain):
        verb = "list"
    method = "_".join([verb, *rest])
    while method in RESERVED_METHODS or keyword.iskeyword(method):
        method = f"{method}_"
    name = f"{resource}.{method}"
    with_version = f"{name}_{version}"
    return with_version if version and name in taken and with_version not in taken else free_name(name, taken)


def _word(segment: str) -> str:
    """A segment as part of a Python name; "" if nothing of it can be."""
    word = re.sub(r"[^a-z0-9_]", "", snake_case(segment))[:_LONGEST_WORD].strip("_")
    if word and (word[0].isdigit() or keyword.iskeyword(word)):
        word = f"{word}_" if keyword.iskeyword(word) else f"n{word}"
    return word


def _body(data: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """A body whose properties can't be arguments is one argument as a whole."""
    body = resolved(data, operation.get("requestBody"))
    usable = bodies_of(data, body)
    if not usable:
        return {}
    _, kind, holder = usable[0]
    schema = resolved(data, holder.get("schema"))
    is_plain = schema.get("type", "object") == "object" and (schema.get("properties") or is_array(schema.get("allOf")))
    if kind not in ("text", "binary") and is_plain:
        return {}
    return {"body": {"argument": "body"}}
