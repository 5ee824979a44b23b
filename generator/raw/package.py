"""Makes the raw package with openapi-python-client, driven as a library so that the facade sees the same parse.

Its templates and its Python names are no public API and change in patch releases, so exactly one version is accepted,
and each of our templates names the hash of the stock file it was written against: an upgrade fails here, not later.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import io
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs
import openapi_python_client
from jinja2 import Environment
from openapi_python_client import Project
from openapi_python_client.config import ClassOverride, Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData, openapi
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.schema import ParameterLocation

from generator.document.files import Document, shown
from generator.document.problems import GenerationFailed, JsonPath, Place, Problem
from generator.model import media_types
from generator.model.parameters import describe_parameters
from generator.model.reserved import taken_by_modules
from generator.output.provenance import header
from generator.output.rendering import check_syntax, render_problem
from generator.raw.dialect import translate
from generator.raw.endpoints import endpoint
from generator.raw.models import enum, model, prepare

__all__ = ["OPC_VERSION", "RAW_TEMPLATES", "Raw", "build", "parse"]

OPC_VERSION = "0.29.1"
"""The one version of openapi-python-client that the templates are written for."""

RAW_TEMPLATES = Path(__file__).parents[1] / "templates" / "raw"

_PARSER = f"openapi-python-client {OPC_VERSION}"

_CONSEQUENCE = "Could not find reference in parsed models or enums"
"""What it says of all that refers to a schema it could not read."""

_EXTRA_MODULES = ("open_world", "requests")
"""Modules of ours in the raw package, which openapi-python-client doesn't know."""


@dataclass(frozen=True)
class Raw:
    """The parse and what the facade needs of it."""

    data: GeneratorData
    environment: Environment
    """openapi-python-client's, with its filters; to be overlaid."""


def parse(document: Document, package: Path) -> tuple[GeneratorData, Config]:
    """openapi-python-client's view of the document, with the names that the overlay gives.

    Args:
        document: Merged and validated.
        package: Folder that the raw package would be written to.

    Raises:
        GenerationFailed: wrong version, or the document can't be parsed at all.
    """
    _check_version()
    readable, taken_for = media_types.readable(document.data)
    config = Config.from_sources(
        ConfigFile(
            package_name_override="alli.raw",
            post_hooks=[],
            literal_enums=True,
            content_type_overrides=taken_for,
            class_overrides={
                name: ClassOverride.model_validate({"class_name": f"{name}Model"}) for name in taken_by_modules()
            },
        ),
        MetaType.NONE,
        Path(document.file),
        "utf-8",
        overwrite=False,
        output_path=package,
    )
    translated = describe_parameters(readable)
    translate(translated)
    # Tracebacks of the parser are its own bugs, e.g. enum values that differ by case only (upstream issue 1030).
    try:
        with _shallow_copies(), _any_header():
            data = GeneratorData.from_dict(translated, config=config)
    except Exception as error:
        raise GenerationFailed([Problem(f"{_PARSER} failed with {error!r}", Place(document.file))]) from error
    if isinstance(data, GeneratorError):
        raise GenerationFailed([_problem(data, document)])
    prepare(data, config)
    return data, config


@contextlib.contextmanager
def _shallow_copies() -> Generator[None, None, None]:
    """Let the parser copy an operation's lists where it copies all that they refer to, three times for each operation.

    That is every model the operation knows, so that time and memory would grow with the square of the document:
    a minute and 800 MiB for 300 operations (tests/generator/test_scale.py). The parser only changes the lists.
    """

    def copied(endpoint: Endpoint) -> Endpoint:
        fields: dict[str, Any] = vars(endpoint)
        lists = {name: copy.copy(value) for name, value in fields.items() if type(value) in (list, set)}
        responses = attrs.evolve(endpoint.responses, patterns=list(endpoint.responses.patterns))
        return replace(endpoint, **lists, responses=responses)

    module: Any = openapi
    stock = module.deepcopy
    module.deepcopy = copied
    try:
        yield
    finally:
        module.deepcopy = stock


@contextlib.contextmanager
def _any_header() -> Generator[None, None, None]:
    """Let headers be dates and lists, which the parser can write in a path only, and our template anywhere."""
    kinds, allowed = (DateProperty, DateTimeProperty, ListProperty), "_allowed_locations"
    stock: list[Any] = [getattr(kind, allowed) for kind in kinds]
    for kind, places in zip(kinds, stock, strict=True):
        setattr(kind, allowed, places | {ParameterLocation.HEADER})
    try:
        yield
    finally:
        for kind, places in zip(kinds, stock, strict=True):
            setattr(kind, allowed, places)


def build(document: Document, package: Path, source: str = "spec/") -> Raw:
    """Parse the document and write the raw package, not yet formatted.

    Args:
        document: Merged and validated.
        package: Folder to write; its parent must exist.
        source: What the files' first lines call the document.

    Raises:
        GenerationFailed: wrong version, changed stock templates, or anything the parser warns of.
    """
    data, config = parse(document, package)
    _check_stock_templates()
    project = Project(openapi=data, config=config, custom_template_path=RAW_TEMPLATES)
    modules = sorted((item.class_info.name, item.class_info.module_name) for item in (*data.models, *data.enums))
    names: dict[str, Any] = project.env.globals
    names.update(view_model=model, view_enum=enum, view_endpoint=endpoint, view_modules=lambda: modules)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            errors = project.build()
        for name in _EXTRA_MODULES:
            text = project.env.get_template(f"{name}.py.jinja").render()
            (package / f"{name}.py").write_text(text, encoding="utf-8")
    except OSError:
        raise  # no template's fault: the disk is full, or a folder can't be written
    except Exception as error:
        raise GenerationFailed([render_problem(error, RAW_TEMPLATES)]) from error
    if errors:
        raise GenerationFailed(_problems(errors, document))
    _finish(package, source, {item.class_info.module_name for item in data.enums})
    return Raw(data, project.env)


def _check_version() -> None:
    if openapi_python_client.__version__ != OPC_VERSION:
        raise GenerationFailed(
            [
                Problem(
                    f"openapi-python-client is {openapi_python_client.__version__}, but the templates are written for "
                    f"{OPC_VERSION}: pip install 'alli-sdk[generator]' brings it"
                )
            ]
        )


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


def _problems(errors: Sequence[GeneratorError], document: Document) -> list[Problem]:
    """What the parser can't read, and not what else it leaves out for that."""
    causes = [error for error in errors if _CONSEQUENCE not in (error.detail or "")] or errors
    return [_problem(error, document) for error in causes]


def _problem(error: GeneratorError, document: Document) -> Problem:
    # Texts from the spec print as object addresses, which would differ from run to run.
    text = re.sub(r"<[\w.]*?(\w+) object at 0x[0-9a-f]+>", r"<\1>", f"{error.header} {error.detail or ''}").strip()
    path: JsonPath = ()
    if operation := re.search(r"parsing ([A-Z]+) (/\S*) within", text):
        path = ("paths", operation[2], operation[1].lower())
    elif operation := re.search(r"\bpaths\.(/\S*)\.([a-z]+)\.", text):
        path = ("paths", operation[1], operation[2])
    elif schema := re.search(r"\bcomponents[./]schemas[./]([\w-]+)", text):
        path = ("components", "schemas", schema[1])
    place = document.place(path) if path in document.places else Place(document.file)
    return Problem(f"{_PARSER}: {text}; write it in another way with an action of the overlay", place)


def _finish(package: Path, source: str, enums: set[str]) -> None:
    """Put the header line on each file and see that it compiles."""
    problems: list[Problem] = []
    for path in sorted(package.rglob("*.py")):
        template = _template(path.relative_to(package).as_posix(), enums)
        ours = (RAW_TEMPLATES / template).is_file()
        origin = f"generator/templates/raw/{template}" if ours else f"openapi-python-client's {template}"
        text = f"# {header(f'{source} with {origin}')}\n" + path.read_text("utf-8")
        path.write_text(text, encoding="utf-8")
        problems += check_syntax(text, origin, path.relative_to(package).as_posix())
    if problems:
        raise GenerationFailed(problems)


def _template(module: str, enums: set[str]) -> str:
    """The template that a module of the raw package was rendered from."""
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
