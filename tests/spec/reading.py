"""Reads an OpenAPI document for the tests of spec/: operations, parameters, fields, arguments of the facade.

Written against spec/README.md and not with the generator's own code, so that each checks the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

__all__ = [
    "FOLDER",
    "IDENTITY",
    "METHODS",
    "OVERLAY",
    "README",
    "SPEC",
    "Operation",
    "arguments",
    "body_fields",
    "companions",
    "facade",
    "operations",
    "required_fields",
    "resolve",
    "response_schema",
    "snake_case",
    "validator",
]

FOLDER = Path(__file__).parents[2] / "spec"
SPEC = FOLDER / "alli.openapi.yaml"
OVERLAY = FOLDER / "sdk.overlay.yaml"
README = FOLDER / "README.md"

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
IDENTITY = ("AGENT-EMAIL", "USER-EMAIL", "OWN-USER-ID")


@dataclass(frozen=True)
class Operation:
    """One operation of a document, with its parameters' references followed."""

    name: str
    """`GET /webapi/v2/apps`"""
    data: dict[str, Any]
    parameters: tuple[dict[str, Any], ...]

    @property
    def sdk(self) -> dict[str, Any]:
        return self.data["x-alli-sdk"]


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method, data in item.items():
            if method in METHODS:
                parameters = tuple(resolve(document, p) for p in data.get("parameters", []))
                yield Operation(f"{method.upper()} {path}", data, parameters)


def facade(document: dict[str, Any]) -> Iterator[tuple[str, Operation, dict[str, Any]]]:
    """Every method that the overlay names, `apps.run`, with its operation and its own part of the block."""
    for operation in operations(document):
        sdk = operation.data.get("x-alli-sdk", {})
        for method, extra in sdk.get("methods", {sdk.get("method"): {}}).items():
            if method is not None:
                yield f"{sdk['resource']}.{method}", operation, sdk | extra


def companions(document: dict[str, Any]) -> Iterator[str]:
    """Every method that is made beside one of an operation: `wait`, and the one that takes up the handle of something."""
    for name, _, block in facade(document):
        if "wait" in block:
            yield f"{block['resource']}.wait"
        if "handle" in block:
            yield f"{name.partition('.')[0]}.{block['handle']['take_up']}"


def resolve(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` refers to; anything else as it is."""
    while "$ref" in value:
        target: Any = document
        for key in value["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        value = target
    return value


def body_fields(document: dict[str, Any], operation: Operation) -> dict[str, dict[str, Any]]:
    """Properties of the first body an operation takes, in order, none where it takes none."""
    content = operation.data.get("requestBody", {"content": {}})["content"]
    for media in content.values():
        return resolve(document, media["schema"]).get("properties", {})
    return {}


def required_fields(document: dict[str, Any], operation: Operation) -> set[str]:
    for media in operation.data.get("requestBody", {"content": {}})["content"].values():
        return set(resolve(document, media["schema"]).get("required", ()))
    return set()


def arguments(document: dict[str, Any], operation: Operation) -> list[str]:
    """The facade's parameter list for an operation: `app_id`, `inputs=None`, `*`, `message=None`, ..."""
    sdk = operation.sdk
    path = [p["name"] for p in operation.parameters if p["in"] == "path"]
    names: dict[str, bool] = dict.fromkeys(path, True)  # argument name -> required
    for parameter in operation.parameters:
        if parameter["in"] == "query":
            _add(names, sdk, parameter["name"], bool(parameter.get("required")))
    if "body" in sdk:
        names[sdk["body"]["argument"]] = True
    else:
        required = required_fields(document, operation)
        for name in body_fields(document, operation):
            for inner in sdk.get("flatten", {}).get(name, [name]):
                _add(names, sdk, inner, name in required)
    positional = path + [name for name in sdk.get("positional", []) if name not in path]
    rest = [name for name in names if name not in positional]
    first = sdk.get("order", [])
    rest.sort(key=lambda name: (first.index(name) if name in first else len(first), not names[name]))
    return [name if names[name] else f"{name}=None" for name in positional] + ["*"] * bool(rest) + rest


def _add(names: dict[str, bool], sdk: dict[str, Any], wire: str, required: bool) -> None:
    if wire not in sdk.get("omit", []):
        names[sdk.get("rename", {}).get(wire) or snake_case(wire)] = required


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def response_schema(document: dict[str, Any], name: str, status: str, media_type: str) -> dict[str, Any]:
    """The schema of one answer of the operation called e.g. `GET /webapi/apps`."""
    operation = next(operation for operation in operations(document) if operation.name == name)
    response = resolve(document, operation.data["responses"][status])
    return response["content"][media_type]["schema"]


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    """Checks values against a schema whose references point into the document."""
    return Draft202012Validator({"allOf": [schema], "components": document["components"]})
