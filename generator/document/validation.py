"""Finds what is wrong with the merged document before a line of code is made from it.

openapi-spec-validator checks the document against OpenAPI 3.1. Four mistakes are looked for here, because they deserve
their own place: an operationId used twice (openapi-python-client overwrites one module with the other without a word),
a $ref that leads nowhere (the validator stops at the first), a schema that contains itself without a property in between (both programs never end),
and a security scheme that is asked for and not defined (the validator does not look).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from jsonschema.exceptions import ValidationError
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.exceptions import ExtraParametersError, UnresolvableParameterError

from generator.document.files import Document
from generator.document.json_types import array_at, is_object, object_at, value_at
from generator.document.problems import GenerationFailed, JsonPath, Problem
from generator.document.schemas import alternatives, called, holds_names, objects, operations, referred, walk

__all__ = [
    "WRONG_VERSION",
    "drop_required_flags",
    "drop_unusable",
    "has_known_version",
    "references",
    "undefined_schemes",
    "validate",
]

_SIGNS_OF_FORMATS = re.compile(r"\{[^{}]*[:!.\[][^{}]*\}")
_SCHEMAS_BY_NAME = ("properties", "patternProperties", "$defs", "dependentSchemas")


def validate(document: Document) -> None:
    """Check the merged document.

    Raises:
        GenerationFailed: with everything that is wrong, each at the line it was written on.
    """
    problems = [
        *([] if has_known_version(document.data) else [Problem(WRONG_VERSION, path=("openapi",))]),
        *_items(document),
        *_parameters(document),
        *_operation_ids(document),
        *references(document),
        *undefined_schemes(document),
        *_circles(document),
    ]
    # A dangling or a circular $ref and an empty path make the validator raise instead of reporting, and a repeated operationId would be
    # reported twice.
    if not problems:
        problems = list(_schema(document))
    if problems:
        raise GenerationFailed(document.located(problems))


WRONG_VERSION = (
    "is not an OpenAPI 3.0 or 3.1 document: expected `openapi: 3.1.x`; Swagger 2.0 has to be converted to it first"
)


def has_known_version(data: dict[str, Any]) -> bool:
    """Whether it is OpenAPI 3.0, which `schemas.normalize` makes 3.1 of, or 3.1."""
    return str(data.get("openapi")).startswith(("3.0.", "3.1."))


def _items(document: Document) -> Iterator[Problem]:
    for url, item in object_at(document.data, "paths").items():
        if url.startswith("x-"):
            continue
        if not url.startswith("/"):
            yield Problem(f"path {url} must begin with /", path=("paths", url))
        if not is_object(item):
            message = f"path {url} must be an object with operations; without any, take it out"
            yield Problem(message, path=("paths", url))


def _parameters(document: Document) -> Iterator[Problem]:
    """Every parameter of an operation that says nothing of its values; the validator only says that it is not valid."""
    for path, operation in operations(document.data):
        for index, parameter in enumerate(array_at(operation, "parameters")):
            if is_object(parameter) and parameter.keys().isdisjoint(("schema", "content", "$ref")):
                message = f"parameter '{parameter.get('name')}' needs a schema, such as {{type: string}}"
                yield Problem(message, path=(*path, "parameters", index))


def _operation_ids(document: Document) -> Iterator[Problem]:
    first: dict[str, JsonPath] = {}
    for path, operation in operations(document.data):
        name = operation.get("operationId")
        if not isinstance(name, str):
            continue  # default_names.annotate has given it one, unless this document is not for it
        if name in first:
            there = document.place((*first[name], "operationId"))
            yield Problem(
                f"operationId '{name}' of {called(path)} is also that of {called(first[name])} ({there})",
                path=(*path, "operationId"),
            )
        else:
            first[name] = path


def references(document: Document) -> Iterator[Problem]:
    """Every $ref that leads nowhere, or out of the document."""
    for path, node in walk(document.data):
        if not isinstance(reference := node.get("$ref"), str):
            continue
        if not reference.startswith("#/"):
            yield Problem(f"$ref '{reference}' leaves the document; only #/... is accepted", path=(*path, "$ref"))
        elif referred(document.data, reference) is None:
            yield Problem(f"$ref '{reference}' leads nowhere", path=(*path, "$ref"))


def undefined_schemes(document: Document) -> Iterator[Problem]:
    """Every security scheme that is asked for and not defined."""
    defined = object_at(document.data, "components", "securitySchemes")
    for path, holder in ((), document.data), *operations(document.data):
        for index, alternative in enumerate(array_at(holder, "security")):
            for name in object_at(alternative):
                if name not in defined:
                    message = f"security asks for '{name}', which components.securitySchemes does not define"
                    yield Problem(message, path=(*path, "security", index, name))


def _circles(document: Document) -> Iterator[Problem]:
    """Schemas that hold themselves other than in a property; a circle of several is reported once."""
    schemas = object_at(document.data, "components", "schemas")
    parts = {name: set(_made_of(schema)) for name, schema in schemas.items()}
    while True:
        try:
            return TopologicalSorter(parts).prepare()
        except CycleError as error:
            circle = error.args[1][:0:-1]
        start = circle.index(name := min(circle))
        way = " → ".join([*circle[start:], *circle[:start], name])
        message = f"schema {name} contains itself ({way}) with no property in between, so no type can be made of it"
        yield Problem(
            f"{message}; let the overlay say {{}} in one place, any JSON", path=("components", "schemas", name)
        )
        parts = {part: held - {*circle} for part, held in parts.items() if part not in circle}


def _made_of(schema: Any) -> Iterator[str]:
    """Names of the schemas that a value of this one is itself."""
    reference = object_at(schema).get("$ref")
    if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
        yield reference.rpartition("/")[2]
    for part in alternatives(schema):
        yield from _made_of(part)


def _schema(document: Document) -> Iterator[Problem]:
    for error in _errors(document.data):
        if isinstance(error, Problem):
            yield error
            continue
        if isinstance(error, ExtraParametersError):
            continue  # what an object must have need not be described
        if isinstance(error, UnresolvableParameterError) and _SIGNS_OF_FORMATS.search(error.message):
            continue  # it takes the name for a format of Python's; the parser looks, too
        path: JsonPath = tuple(error.absolute_path)
        if not path or path not in document.places:
            path = _locate(document, path, error.instance, error.message)
        # Behind the first paragraph it may repeat half of the document.
        yield Problem(error.message.partition("\n\nFailed validating")[0], path=path)


def _errors(data: dict[str, Any]) -> Iterator[ValidationError | Problem]:
    """What the validator reports; it raises other errors for what it does not expect, such as a parameter without a name."""
    try:
        yield from OpenAPIV31SpecValidator(data).iter_errors()
    except Exception as error:  # noqa: BLE001
        yield Problem(f"is not valid OpenAPI 3.1, and where could not be found: the validator failed with {error!r}")


def _locate(document: Document, tail: JsonPath, instance: object, message: str) -> JsonPath:
    """The validator gives some paths from the schema instead of the root, and some not at all: look for the one fit."""
    # The validator gives no path for a default that doesn't fit its schema.
    end = tail or ("default",)
    fits = [path for path in document.places if path[-len(end) :] == end]
    fits = [path for path in fits if _is_at(document.data, path, instance)]
    if len(fits) == 1:
        return fits[0]
    urls = [path for path in document.places if len(path) == 2 and path[0] == "paths" and f"'{path[1]}'" in message]
    return urls[0] if len(urls) == 1 else ()


_ASKED_OF_DEFAULTS = ("type", "enum", "format", "anyOf", "oneOf")


def drop_unusable(data: dict[str, Any]) -> list[Problem]:
    """Take out what is valid and can't be used: every `default` that doesn't fit its own schema, and every `pattern` of another regular
    expression than Python's. Changes the document.

    Returns:
        A warning for each, with the path where it was.
    """
    found: list[tuple[JsonPath, dict[str, Any], str]] = []
    for path, schema in walk(data):
        if holds_names(path) or "variables" in path[-2:-1]:
            continue
        if "default" in schema and not _fits_itself(schema):
            found.append(((*path, "default"), schema, "the default doesn't fit its own schema"))
        if isinstance(pattern := schema.get("pattern"), str) and not _is_read(re.compile, pattern):
            found.append(((*path, "pattern"), schema, "the pattern is not one that Python can read"))
        if "x-sunset" in schema and not _is_read(datetime.date.fromisoformat, str(schema["x-sunset"])):
            found.append(((*path, "x-sunset"), schema, "x-sunset must be a day such as 2027-01-31, which this is not"))
    for path, schema, _ in found:
        del schema[str(path[-1])]
    return [Problem(f"warning: {reason}, and is left out", path=path) for path, _, reason in found]


def _fits_itself(schema: dict[str, Any]) -> bool:
    asked = {key: schema[key] for key in _ASKED_OF_DEFAULTS if key in schema}
    if not asked or any("$ref" in each for each in objects(asked)):
        return True
    try:
        return bool(OAS31Validator(asked, format_checker=oas31_format_checker).is_valid(schema["default"]))
    except Exception:  # noqa: BLE001
        return True  # the schema itself is wrong, which `validate` reports


def _is_read(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except (ValueError, re.error):
        return False
    return True


def _is_at(data: Any, path: JsonPath, value: object) -> bool:
    """Whether a value stands there; what was written there may be elsewhere by now."""
    try:
        return bool(value_at(data, path) == value)
    except (LookupError, TypeError):
        return False


def drop_required_flags(data: dict[str, Any]) -> list[Problem]:
    """Take out every `required` of a schema that is true or false, which pages of the vendor have inside properties.

    In JSON Schema `required` lists names. The object around the property has such a list, and it stands. Changes the document.

    Returns:
        A warning for each, with the path where it was.
    """
    warnings: list[Problem] = []
    message = (
        "warning: `required: true` inside a property is not JSON Schema and is left out; "
        "what an object must have is listed in its own `required`"
    )
    for path, schema in walk(data):
        in_schema = "schema" in path or path[:2] == ("components", "schemas")
        if in_schema and isinstance(schema.get("required"), bool) and path[-1] not in _SCHEMAS_BY_NAME:
            del schema["required"]
            warnings.append(Problem(message, path=(*path, "required")))
    return warnings
