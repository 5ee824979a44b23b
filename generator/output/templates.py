"""Renders generator/templates/alli file for file: `x.py` is copied, `x.py.jinja` rendered to `x.py`.

Templates get the views of the facade, and fail on a name they don't know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator.document.files import Document
from generator.document.problems import GenerationFailed, Place, Problem
from generator.document.source_text import escaped, literal, snake_case
from generator.facade.docstrings import arguments_text, fence_of, in_markdown, source_text
from generator.facade.views import Facade
from generator.facade.written_methods import WrittenMethod, links, written_methods, written_types
from generator.output.provenance import header, spec_hash
from generator.output.rendering import check_syntax, render_problem, reported
from generator.output.twins import Twins, sync_text, unused_names

__all__ = ["TEMPLATES", "render"]

TEMPLATES = Path(__file__).parents[1] / "templates" / "alli"

REFERENCE = Path(__file__).parents[1] / "templates" / "reference.md.jinja"
"""Rendered beside the package, as it stands beside its templates: documentation is not shipped."""


def render(facade: Facade, document: Document, root: Path) -> None:
    """Write the facade and openapi.json into the folder alli below `root`, and the reference beside it; not yet formatted.

    Raises:
        GenerationFailed: with the mistakes of all templates, each at its template's line if that is known.
    """
    context = {**{each.name: getattr(facade, each.name) for each in fields(facade)}, "methods": facade.methods}
    context |= {"exports": facade.exports, "spec_hash": spec_hash(document.data)}
    environment = Environment(  # noqa: S701 - what is rendered is not HTML
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=StrictUndefined
    )
    environment.filters |= {
        "in_double_quote_literal": literal,
        "docstring": escaped,
        "fence": fence_of,
        "sync": sync_text,
    }
    environment.filters |= {"arguments_text": arguments_text, "source_text": source_text, "snake_case": snake_case}
    environment.filters["markdown"] = in_markdown
    modules = environment.overlay(
        loader=FileSystemLoader(TEMPLATES), line_statement_prefix="# jinja:", extensions=[Twins]
    )
    package = root / "alli"
    problems: list[Problem] = []
    for template in sorted(TEMPLATES.rglob("*")):
        if not template.is_file() or "__pycache__" in template.parts or template.name.startswith("."):
            continue
        name = template.relative_to(TEMPLATES).as_posix()
        output = package / name.removesuffix(".jinja")
        try:
            text = (
                modules.get_template(name).render(context)
                if template.suffix == ".jinja"
                else template.read_text("utf-8")
            )
        except Exception as error:  # noqa: BLE001 - whatever a template raises is reported with its line
            problems.append(render_problem(error, TEMPLATES))
            continue
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(_headed(name, text), encoding="utf-8")
    problems += check_syntax(package)
    # The reference is made from the whole package, and only after a whole generation can a row of the table be called unused.
    written = cache(partial(written_methods, [path.read_text("utf-8") for path in sorted(package.rglob("*.py"))]))
    if problems := problems or [*_missing_mixins(facade), *_hidden_methods(facade, written)]:
        raise GenerationFailed(problems)
    with reported(REFERENCE.parent):
        _write_reference(environment, context | {"written": written}, facade, root)
    if problems := list(_unused_twins(modules)):
        raise GenerationFailed(problems)
    note = {"x-generated": header("spec/")}
    text = json.dumps({**note, **document.data}, indent=2, ensure_ascii=False)
    (package / "openapi.json").write_text(text + "\n", encoding="utf-8")


def _write_reference(environment: Environment, context: dict[str, Any], facade: Facade, root: Path) -> None:
    reference = environment.overlay(loader=FileSystemLoader(REFERENCE.parent))
    package = root / "alli"
    types = written_types(package, facade.exports)
    more = {
        "public_types": types,
        "links": partial(links, names=[each.name for each in types]),
    }
    text = reference.get_template(REFERENCE.name).render(context | more)
    text = _header(REFERENCE.name, "generator/templates") + text
    (root / REFERENCE.name.removesuffix(".jinja")).write_text(text, encoding="utf-8")


def _missing_mixins(facade: Facade) -> Iterator[Problem]:
    for resource in facade.resources:
        name = f"_extras/{snake_case(resource.mixin or '')}.py"
        if resource.mixin and not any((TEMPLATES / f"{name}{suffix}").is_file() for suffix in ("", ".jinja")):
            yield Problem(
                f"resource {resource.name}: the mixin {resource.mixin} has no template {name}.jinja, which must define it and "
                f"Async{resource.mixin}",
                path=("x-alli-sdk", "resources", resource.name, "mixin"),
            )


def _hidden_methods(facade: Facade, written: Callable[[str | None], list[WrittenMethod]]) -> Iterator[Problem]:
    """Methods of the document that would hide a hand-written one, which says more."""
    for resource in facade.resources:
        names = {method.name for method in written(resource.mixin)}
        for method in resource.methods:
            if method.name in names:
                yield Problem(
                    f"{resource.name}.{method.name}: {resource.mixin} has a hand-written method of this name; choose another",
                    path=(*method.operation.path, "x-alli-sdk"),
                )


def _header(name: str, folder: str = "generator/templates/alli") -> str:
    text = header(f"{folder}/{name}")
    return f"<!-- {text} -->\n" if name.removesuffix(".jinja").endswith(".md") else f"# {text}\n"


def _headed(name: str, text: str) -> str:
    """The text with its header on top; below the front matter of a page that has one, which has to come first."""
    front, end, rest = text.partition("\n---\n") if text.startswith("---\n") else ("", "", text)
    return f"{front}{end}{_header(name)}{rest}"


def _unused_twins(environment: Environment) -> Iterator[Problem]:
    twins = environment.extensions[Twins.identifier]
    for name in unused_names(twins.used) if isinstance(twins, Twins) else ():
        message = f"no twins block uses the name '{name}'; take its row out of NAMES"
        yield Problem(message, Place("generator/output/twins.py"))
