"""The door to openapi-python-client: a document in, the model of its API out.

openapi-python-client works out names, merges `allOf` and makes classes of objects; what it doesn't say (constraints, descriptions beside
a reference, statuses) is read from the document here, so that nobody has to look into either afterwards.
"""

from __future__ import annotations

import contextlib
import copy
import itertools
import keyword
import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import attrs
import openapi_python_client
from openapi_python_client.config import ClassOverride, Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData, openapi
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.schema import ParameterLocation

from generator.document.files import Document
from generator.document.json_types import object_at
from generator.document.problems import GenerationFailed, JsonPath, Place, Problem
from generator.document.source_text import pascal_case, snake_case
from generator.model.api import Api
from generator.model.blocks import DocumentBlock, OperationBlock, ResourceBlock, ResultBlock, WholeResult
from generator.model.names import CLASS_NAMES
from generator.raw.class_names import tell_apart
from generator.raw.model_reader import ModelReader
from generator.raw.operation_reader import OperationReader
from generator.raw.readable import open_lists, readable

__all__ = ["OPC_VERSION", "Parse", "parse"]

OPC_VERSION = "0.29.1"
"""The one version of openapi-python-client that the templates are written for."""

_PARSER = f"openapi-python-client {OPC_VERSION}"

_CONSEQUENCE = "Could not find reference in parsed models or enums"
"""What it says of all that refers to a schema it could not read."""


@dataclass(frozen=True)
class Parse:
    """What a document says, and what openapi-python-client needs to write the raw package."""

    api: Api
    data: GeneratorData
    config: Config
    warnings: list[Problem]
    """What was named for the document, each with its path."""


def parse(
    document: Document, blocks: Mapping[JsonPath, OperationBlock] | None = None, whole: DocumentBlock | None = None
) -> Parse:
    """Read what a document says.

    Args:
        document: Merged and validated.
        blocks: How the overlay offers its operations, by their path.
        whole: The overlay's block for the whole.

    Raises:
        GenerationFailed: wrong version, or the document can't be parsed.
    """
    if openapi_python_client.__version__ != OPC_VERSION:
        message = (
            f"openapi-python-client is {openapi_python_client.__version__}, but the templates are written for "
            f"{OPC_VERSION}: pip install 'alli-sdk[generator]' brings it"
        )
        raise GenerationFailed([Problem(message)])
    classes = _class_names(document.data)
    file = ConfigFile(package_name_override="alli.raw", post_hooks=[], literal_enums=True, class_overrides=classes)
    place = Path(document.file)
    config = Config.from_sources(file, MetaType.NONE, place, "utf-8", overwrite=False, output_path=Path())
    translated = readable(document.data)
    warnings = [*open_lists(translated), *tell_apart(translated, config)]
    # Tracebacks of the parser are its own bugs, e.g. enum values that differ by case only (upstream issue 1030).
    try:
        with _adapted():
            data = GeneratorData.from_dict(translated, config=config)
    except Exception as error:
        raise GenerationFailed([Problem(f"{_PARSER} failed with {error!r}", Place(document.file))]) from error
    errors = [data] if isinstance(data, GeneratorError) else []
    if not isinstance(data, GeneratorError):
        collections = data.endpoint_collections_by_tag.values()
        errors = [*itertools.chain(*(each.parse_errors for each in collections)), *data.errors]
    if errors or isinstance(data, GeneratorError):
        raise GenerationFailed(_problems(errors, document))
    return Parse(_api(document.data, data, config, blocks or {}, whole or DocumentBlock()), data, config, warnings)


def _class_names(document: dict[str, Any]) -> dict[str, ClassOverride]:
    """The classes that are not called as their schemas: by the overlay's `class`, or because the package needs the name itself.

    Raises:
        GenerationFailed: a `class` that can't be the name of a class, or is taken.
    """
    names = {name: f"{name}Model" for name in CLASS_NAMES}
    problems: list[Problem] = []
    schemas = object_at(document, "components", "schemas")
    for schema, content in schemas.items():
        wanted = object_at(content, "x-alli-sdk").get("class")
        if wanted is None:
            continue
        others = {*names.values(), *(pascal_case(each) for each in schemas if each != schema)}
        is_name = isinstance(wanted, str) and wanted.isidentifier() and not keyword.iskeyword(wanted)
        if not is_name or pascal_case(wanted) != wanted or wanted in CLASS_NAMES or wanted in others:
            path = ("components", "schemas", schema, "x-alli-sdk", "class")
            message = f"x-alli-sdk class must be a class name that isn't taken, which {wanted!r} is not"
            problems.append(Problem(f"schema {schema}: {message}", path=path))
        else:
            names[pascal_case(schema)] = wanted
    if problems:
        raise GenerationFailed(problems)
    return {
        schema: ClassOverride.model_validate({"class_name": name, "module_name": snake_case(name)})
        for schema, name in names.items()
    }


def _api(
    document: dict[str, Any],
    data: GeneratorData,
    config: Config,
    blocks: Mapping[JsonPath, OperationBlock],
    whole: DocumentBlock,
) -> Api:
    models = ModelReader(document, data, config)
    tags: list[dict[str, Any]] = document.get("tags") or []
    order = [tag.get("name") for tag in tags]
    names = sorted({block.resource for block in blocks.values()})
    names.sort(key=lambda name: order.index(name) if name in order else len(order))
    return Api(
        title=str(document["info"]["title"]),
        version=str(document["info"]["version"]),
        operations=OperationReader(document, data, models).read(blocks),
        models=models.read(),
        enums=models.enums,
        results={name: whole.results.get(name) or ResultBlock() for name in get_args(WholeResult)},
        resources={name: whole.resources.get(name) or ResourceBlock() for name in names},
    )


@contextlib.contextmanager
def _adapted() -> Generator[None, None, None]:
    """Let headers be dates and lists, which the parser can write in a path only, and our template anywhere; and see `_copied`."""
    parser: Any = openapi
    header, places = {ParameterLocation.HEADER}, "_allowed_locations"
    changes: list[tuple[Any, str, Any]] = [(parser, "deepcopy", _copied)]
    changes += [
        (kind, places, getattr(kind, places) | header) for kind in (DateProperty, DateTimeProperty, ListProperty)
    ]
    stock = [getattr(holder, name) for holder, name, _ in changes]
    for change in changes:
        setattr(*change)
    try:
        yield
    finally:
        for (holder, name, _), value in zip(changes, stock, strict=True):
            setattr(holder, name, value)


def _copied(endpoint: Endpoint) -> Endpoint:
    """A copy of an operation's lists, where the parser copies all that they refer to, three times for each operation.

    That is every model the operation knows, so that time and memory would grow with the square of the document:
    a minute and 800 MiB for 300 operations (tests/generator/test_scale.py). The parser only changes the lists.
    """
    fields: dict[str, Any] = vars(endpoint)
    lists = {name: copy.copy(value) for name, value in fields.items() if type(value) in (list, set)}
    responses = attrs.evolve(endpoint.responses, patterns=list(endpoint.responses.patterns))
    return replace(endpoint, **lists, responses=responses)


def _problems(errors: Sequence[GeneratorError], document: Document) -> list[Problem]:
    """What the parser can't read, and not what else it leaves out for that."""
    causes = [error for error in errors if _CONSEQUENCE not in (error.detail or "")] or errors
    return [_problem(error, document) for error in causes]


def _problem(error: GeneratorError, document: Document) -> Problem:
    # Texts from the spec print as object addresses, which would differ from run to run.
    text = re.sub(r"<[\w.]+ object at 0x[0-9a-f]+>", "…", f"{error.header} {error.detail or ''}").strip()
    path: JsonPath = ()
    if operation := re.search(r"parsing ([A-Z]+) (/\S*) within", text):
        path = ("paths", operation[2], operation[1].lower())
    elif operation := re.search(r"\bpaths\.(/\S*)\.([a-z]+)\.", text):
        path = ("paths", operation[1], operation[2])
    elif schema := re.search(r"\bcomponents[./]schemas[./]([\w-]+)", text):
        path = ("components", "schemas", schema[1])
    place = document.place(path) if path in document.places else Place(document.file)
    return Problem(f"{_PARSER}: {text}; write it in another way with an action of the overlay", place)
