"""Small documents: two files that a package can be made of, and, without an overlay, parts to build others of and what these are read as."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from generator.document.files import load
from generator.model.api import Api
from generator.raw import reading
from tests.generator.mutations import Inputs

__all__ = ["FILE", "SMALL", "TEXT", "Json", "answer", "body", "named", "read", "small"]

SMALL = (Path(__file__).parent / "small" / "spec.yaml", Path(__file__).parent / "small" / "overlay.yaml")
"""A spec and its overlay."""

TEXT = {"type": "string"}
FILE = {"type": "string", "format": "binary"}

Json = dict[str, Any]


def named(name: str, place: str, schema: Any = TEXT, **more: Any) -> Json:
    """A parameter."""
    return {"name": name, "in": place, "schema": schema, "required": place == "path", **more}


def answer(schema: Any) -> Json:
    """Responses with one of status 200."""
    return {"200": {"description": "Done", "content": {"application/json": {"schema": schema}}}}


def body(schema: Any, media: str = "application/json") -> Json:
    """A request body that must be given."""
    return {"required": True, "content": {media: {"schema": schema}}}


def small() -> Inputs:
    """Those of `SMALL`; the caller may change them."""
    spec, overlay = map(load, SMALL)
    return Inputs(spec.data, overlay.data)


def read(paths: Json, schemas: Json | None = None, folder: Path = Path(), **root: Any) -> tuple[Api, list[str]]:
    """The model of a small document without an overlay, and the warnings, each without its place."""
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "Odd", "version": "1"},
        "paths": {url: _with_answers(item) for url, item in paths.items()},
        **root,
        "components": {"schemas": schemas or {}, **root.get("components", {})},
    }
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "o", "version": "1"},
        "actions": [{"target": "$.info", "update": {"title": "Odd"}}],
    }
    (folder / "spec.json").write_text(json.dumps(spec), "utf-8")
    (folder / "overlay.json").write_text(json.dumps(overlay), "utf-8")
    found = reading.read(folder / "spec.json", folder / "overlay.json")
    return found.api, [problem.message for problem in (*found.warnings, *found.parsed.warnings)]


def _with_answers(item: Json) -> Json:
    return {
        key: {"responses": {"200": {"description": "Done"}}, **value} if key in ("get", "post") else value
        for key, value in item.items()
    }
