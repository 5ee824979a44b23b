"""Writes the raw package with openapi-python-client, driven as a library and with our templates for what it prints wrong.

Its templates and its Python names are not a public API and change in patch releases, so exactly one version is accepted,
and each of our templates names the hash of the stock file it was written against: an upgrade fails here, not later.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs
from jinja2.ext import Extension
from openapi_python_client import Project
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty

from generator.document.files import shown
from generator.document.problems import GenerationFailed, Place, Problem
from generator.raw.door import Parse
from generator.raw.endpoints import EndpointView
from generator.raw.models import EnumView, ModelView

__all__ = ["RAW_TEMPLATES", "write"]

RAW_TEMPLATES = Path(__file__).parents[1] / "templates" / "raw"

_EXTRA_MODULES = ("json_object", "open_world", "requests")
"""Modules of ours in the raw package, which openapi-python-client doesn't know."""


class _FirstLine(Extension):
    """Begins what the template of a module renders with where it comes from, and moves no line of the template."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return f'{{{{ first_line("{name}") }}}}{source}' if name and name.endswith(".py.jinja") else source


def write(parsed: Parse, package: Path, header: Callable[[str], str] = str) -> None:
    """Write the raw package, not yet formatted.

    Args:
        parsed: What the document says.
        package: Folder to write; its parent must exist.
        header: The first line of a module, without the comment sign, by how its template is shown to people.

    Raises:
        GenerationFailed: changed stock templates.
    """
    _check_stock_templates()
    api = parsed.api
    enums = {each.name: each for each in api.enums}
    operations = {(each.tag, each.module): each for each in api.operations}

    def view_model(item: ModelProperty) -> ModelView:
        name = str(item.class_info.name)
        return ModelView(api.by_name[name], name in api.answered)

    def view_enum(item: LiteralEnumProperty) -> EnumView:
        return EnumView(enums[str(item.class_info.name)])

    def view_endpoint(item: Endpoint) -> EndpointView:
        return EndpointView(operations[str(item.tags[0]), str(item.name)])

    def first_line(template: str) -> str:
        ours = (RAW_TEMPLATES / template).is_file()
        shown_as = f"generator/templates/raw/{template}" if ours else f"openapi-python-client's {template}"
        return f"# {header(shown_as)}\n"

    modules = sorted(
        [(each.ref.name, each.ref.module) for each in api.models] + [(each.name, each.module) for each in api.enums]
    )
    config = attrs.evolve(parsed.config, output_path=package)
    project = Project(openapi=parsed.data, config=config, custom_template_path=RAW_TEMPLATES)
    project.env.add_extension(_FirstLine)
    names: dict[str, Any] = project.env.globals
    names.update(view_model=view_model, view_enum=view_enum, view_endpoint=view_endpoint, view_modules=lambda: modules)
    names.update(first_line=first_line)
    with contextlib.redirect_stdout(io.StringIO()):
        project.build()
    (package / "errors.py").unlink()  # for the stock client alone
    for name in _EXTRA_MODULES:
        text = project.env.get_template(f"{name}.py.jinja").render()
        (package / f"{name}.py").write_text(text, encoding="utf-8")


def _check_stock_templates() -> None:
    """Is each stock template still the one that ours was written against?"""
    stock = files("openapi_python_client") / "templates"
    problems: list[Problem] = []
    for ours in sorted(RAW_TEMPLATES.glob("*.jinja")):
        named = re.match(r"\{# Stock: sha256 ([0-9a-f]{64})\n", ours.read_text("utf-8"))
        theirs = stock / ours.name
        if theirs.is_file():
            actual = hashlib.sha256(theirs.read_bytes()).hexdigest()
            if named is None or named[1] != actual:
                message = (
                    f"was written against another {ours.name} of openapi-python-client: read what changed, then begin"
                )
                problems.append(Problem(f"{message} the file with '{{# Stock: sha256 {actual}'", Place(shown(ours), 1)))
        elif named is not None:
            problems.append(Problem(f"openapi-python-client has no {ours.name}", Place(shown(ours), 1)))
    if problems:
        raise GenerationFailed(problems)
