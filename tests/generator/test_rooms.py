"""The generator's rooms stay as they are: small packages in layers, one door to openapi-python-client, no code read by pattern.

Who may import whom is a contract in pyproject.toml, which scripts/lint holds the packages to (import-linter).
"""

from __future__ import annotations

import ast
import configparser
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import generator
from generator import pipeline
from generator.document.files import Document
from generator.output import type_check

ROOT = Path(generator.__file__).parent

READS_TEXT = {
    "document/files.py": "JSON that is valid, to count its lines",
    "document/media_types.py": "media types",
    "facade/docstrings.py": "texts of the document",
    "raw/default_names.py": "paths",
    "document/schemas.py": "names of the document",
    "document/source_text.py": "names of the document",
    "document/validation.py": "patterns of the document, and what the validator says",
    "output/twins.py": "strings and comments, in which both forms must be right; code it takes token by token",
    "output/type_check.py": "what mypy says",
    "raw/door.py": "what openapi-python-client says",
    "raw/package.py": "the first line of a template",
    "raw/readable.py": "media types",
}
"""Modules that use regular expressions, and on what."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("templates/"):
            yield name, ast.parse(path.read_text("utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """First names of the modules that a module imports."""
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in found}


def test_openapi_python_client_is_imported_in_one_package() -> None:
    rooms = {name.partition("/")[0] for name, tree in modules() if "openapi_python_client" in imported(tree)}
    assert rooms == {"raw"}


def test_no_attribute_of_another_librarys_object_is_set() -> None:
    """But for the two that the door sets while it parses, and sets back; each says why (raw/door.py)."""
    set_by_name = [
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "object.__setattr__", "vars")
    ]
    assert set(set_by_name) == {"raw/door.py"}


def test_regular_expressions_read_texts_and_never_code() -> None:
    assert {name for name, tree in modules() if "re" in imported(tree)} == READS_TEXT.keys()


def test_a_package_has_a_dozen_modules_at_most_and_a_module_under_300_lines() -> None:
    packages: dict[str, int] = {}
    for name, _ in modules():
        packages[name.rpartition("/")[0]] = packages.get(name.rpartition("/")[0], 0) + 1
        assert len((ROOT / name).read_text("utf-8").splitlines()) < 300, name
    assert packages.keys() == {"", "changes", "document", "facade", "intake", "model", "output", "raw"}
    assert max(packages.values()) <= 12


def test_the_document_is_handed_on_a_few_times_and_ends_at_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted from `pipeline.check` on: from one module to another, looks within generator/document aside."""
    monkeypatch.setattr(pipeline.formatting, "format_tree", lambda _: None)
    monkeypatch.setattr(pipeline.type_check, "check_types", lambda _: None)
    moves: list[tuple[str, str]] = []
    root = str(ROOT)

    def watch(frame: FrameType, event: str, _: Any) -> None:
        code, caller = frame.f_code, frame.f_back
        if event != "call" or caller is None or not code.co_filename.startswith(root):
            return
        here, there = caller.f_code.co_filename, code.co_filename
        if here == there or there.startswith(root + "/document/"):
            return
        given = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]]
        if any(map(is_document, given)):
            moves.append((Path(here).stem, f"{Path(there).stem}.{code.co_name}"))

    sys.setprofile(watch)
    try:
        pipeline.check(pipeline.SPEC, pipeline.OVERLAY, pipeline.OUTPUT)
    finally:
        sys.setprofile(None)
    ways = list(dict.fromkeys(moves))
    assert 5 < len(ways) < 20, ways
    model = max(
        index for index, (_, there) in enumerate(ways) if there.startswith(("model_reader", "operation_reader"))
    )
    behind = [there for here, there in ways[model + 1 :] if here not in ("model_reader", "operation_reader")]
    assert behind == ["templates.render", "provenance.spec_hash"], "openapi.json is the document itself"


def is_document(value: object) -> bool:
    return isinstance(value, Document) or (isinstance(value, dict) and "openapi" in value and "paths" in value)


def test_the_type_check_needs_no_package_that_the_extra_generator_does_not_bring() -> None:
    """Who regenerates installs that extra alone: what only other extras bring is not there, and not read."""
    optional = {"aiohttp", "h2"}
    imported_by_the_package = {
        name.partition(".")[0]
        for path in (ROOT / "templates" / "alli").rglob("*.py*")
        for name in re.findall(r"^ *(?:from|import) ([a-z]\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert optional <= imported_by_the_package
    settings = configparser.ConfigParser()
    settings.read_string(type_check.SETTINGS)
    (section,) = (each for each in settings.sections() if "mypy-h2" in each)
    assert settings.getboolean(section, "ignore_missing_imports")
    assert settings[section]["follow_imports"] == "skip"
    assert set(section.removeprefix("mypy-").replace(".*", "").split(",")) == optional
    brought = {
        *sys.stdlib_module_names,
        "alli",
        "alli_emulator",
        "anyio",  # of httpx
        "attrs",
        "h11",
        "httpcore",
        "httpx",
        "pydantic",
        "pydantic_core",
        "typing_extensions",
    }
    assert imported_by_the_package <= brought | optional
