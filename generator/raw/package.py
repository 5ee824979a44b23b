"""Writes the raw package with openapi-python-client, driven as a library and with our templates for what it prints wrong.

Its templates and its Python names are not a public API and change in patch releases, so exactly one version is accepted,
and each of our templates names the hash of the stock file it was written against: an upgrade fails here, not later.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs
from openapi_python_client import Project
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty

from generator.document.files import shown
from generator.document.problems import GenerationFailed, Place, Problem
from generator.raw.door import Parse
from generator.raw.endpoints import EndpointView
from generator.raw.models import EnumView, ModelView

__all__ = ["RAW_TEMPLATES", "origin", "write"]

RAW_TEMPLATES = Path(__file__).parents[1] / "templates" / "raw"

_EXTRA_MODULES = ("json_object", "open_world", "requests")
"""Modules of ours in the raw package, which openapi-python-client doesn't know."""


def write(parsed: Parse, package: Path) -> None:
    """Write the raw package, not yet formatted.

    Args:
        parsed: What the document says.
        package: Folder to write; its parent must exist.

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

    modules = sorted(
        [(each.ref.name, each.ref.module) for each in api.models] + [(each.name, each.module) for each in api.enums]
    )
    config = attrs.evolve(parsed.config, output_path=package)
    project = Project(openapi=parsed.data, config=config, custom_template_path=RAW_TEMPLATES)
    names: dict[str, Any] = project.env.globals
    names.update(view_model=view_model, view_enum=view_enum, view_endpoint=view_endpoint, view_modules=lambda: modules)
    with contextlib.redirect_stdout(io.StringIO()):
        project.build()
    (package / "errors.py").unlink()  # for the stock client alone
    for name in _EXTRA_MODULES:
        text = project.env.get_template(f"{name}.py.jinja").render()
        (package / f"{name}.py").write_text(text, encoding="utf-8")


def origin(parsed: Parse, module: str) -> str:
    """The template that a module of the raw package was rendered from, as shown to people.

    Args:
        parsed: What the document says.
        module: Its file, relative to the package.
    """
    template = _template(module, {each.module for each in parsed.api.enums})
    ours = (RAW_TEMPLATES / template).is_file()
    return f"generator/templates/raw/{template}" if ours else f"openapi-python-client's {template}"


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
                problems.append(
                    Problem(
                        f"was written against another {ours.name} of openapi-python-client: read what changed, then "
                        f"begin the file with '{{# Stock: sha256 {actual}'",
                        Place(shown(ours), 1),
                    )
                )
        elif named is not None:
            problems.append(Problem(f"openapi-python-client has no {ours.name}", Place(shown(ours), 1)))
    if problems:
        raise GenerationFailed(problems)


def _template(module: str, enums: set[str]) -> str:
    match module.removesuffix(".py").split("/"):
        case ["__init__"]:
            return "package_init.py.jinja"
        case ["models", "__init__"]:
            return "models_init.py.jinja"
        case ["models", name]:
            return "literal_enum.py.jinja" if name in enums else "model.py.jinja"
        case ["api", "__init__"]:
            return "api_init.py.jinja"
        case ["api", _, "__init__"]:
            return "endpoint_init.py.jinja"
        case ["api", *_]:
            return "endpoint_module.py.jinja"
        case _:
            return f"{module}.jinja"
