"""Small specs, generated into separate packages, imported and called: what counts is what the code does."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from generator.document.files import Document
from generator.document.problems import Place
from generator.output import formatting
from generator.raw import package as raw_package
from generator.raw.door import parse

Package = Callable[[str], ModuleType]
"""A module of the generated package by its name inside it, e.g. `models` or `api.apps.get_app`; "" for the package."""


@pytest.fixture(scope="session")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("packages")
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


_numbers = itertools.count()


@pytest.fixture(scope="session")
def generate(_folder: Path) -> Callable[..., Package]:
    """Make the raw package of a spec: `generate(paths={...}, schemas={...})`."""

    def make(
        paths: Mapping[str, Any] | None = None, schemas: Mapping[str, Any] | None = None, formatted: bool = False
    ) -> Package:
        name = f"raw_package_{next(_numbers)}"
        data = {
            "openapi": "3.1.0",
            "info": {"title": "A test", "version": "1"},
            "paths": dict(paths or {}),
            "components": {"schemas": dict(schemas or {})},
        }
        raw_package.write(parse(Document(data, {(): Place("test.yaml", 1)}, "test.yaml")), _folder / name)
        if formatted:
            formatting.format_tree(_folder / name)
        return lambda module: importlib.import_module(f"{name}.{module}" if module else name)

    return make


@pytest.fixture(scope="session")
def operation() -> Callable[..., dict[str, Any]]:
    """An operation `do_it` under the tag `things`, with a 200 of the given schema."""

    def make(schema: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        content = {} if schema is None else {"content": {"application/json": {"schema": schema}}}
        return {
            "operationId": "do_it",
            "tags": ["things"],
            "responses": {"200": {"description": "Done", **content}},
            **fields,
        }

    return make
