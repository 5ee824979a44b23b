"""Carries the description of each parameter over to where openapi-python-client looks for it.

It reads the description of a parameter's schema and passes over that of the parameter itself, where specs have it, so
the docstrings of request builders and methods would say nothing about their arguments
(tests/raw/test_requests.py).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from generator.jsontypes import is_array, is_object

__all__ = ["describe_parameters"]


def describe_parameters(data: dict[str, Any]) -> dict[str, Any]:
    """A copy of the document in which the schema of a parameter has the parameter's description, unless its own."""
    described = copy.deepcopy(data)
    for parameter in _parameters(described):
        schema, description = parameter.get("schema"), parameter.get("description")
        if is_object(schema) and "$ref" not in schema and description:
            schema.setdefault("description", description)
    return described


def _parameters(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    paths, components = data.get("paths"), data.get("components")
    for item in paths.values() if is_object(paths) else ():
        for holder in (item, *item.values()) if is_object(item) else ():
            parameters = holder.get("parameters") if is_object(holder) else None
            yield from filter(is_object, parameters if is_array(parameters) else ())
    shared = components.get("parameters") if is_object(components) else None
    yield from filter(is_object, shared.values() if is_object(shared) else ())
