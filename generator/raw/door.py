"""The door to openapi-python-client: a document in, the model of its API out.

openapi-python-client works out names, merges `allOf` and makes classes of objects; what it doesn't say (constraints, descriptions beside
a reference, statuses) is read from the document here, so that nobody has to look into either afterwards.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import itertools
import keyword
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import attrs
import openapi_python_client
from openapi_python_client.config import ClassOverride, Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData, openapi
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import Class, model_property
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.schema import ParameterLocation, UntrustedString

from generator.document.files import Document
from generator.document.json_types import object_at
from generator.document.jsonpath import action
from generator.document.problems import GenerationFailed, JsonPath, Place, Problem
from generator.document.schemas import METHODS
from generator.document.source_text import free_name, pascal_case, snake_case
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
    with _forgiving():
        warnings = [*open_lists(translated), *tell_apart(translated, config)]
        # Tracebacks of the parser are its own bugs, e.g. enum values that differ by case only (upstream issue 1030).
        try:
            data = GeneratorData.from_dict(translated, config=config)
        except Exception as error:
            raise GenerationFailed([Problem(f"{_PARSER} failed with {error!r}", Place(document.file))]) from error
        errors = [data] if isinstance(data, GeneratorError) else []
        if not isinstance(data, GeneratorError):
            collections = data.endpoint_collections_by_tag.values()
            errors = [*itertools.chain(*(each.parse_errors for each in collections)), *data.errors]
        if errors or isinstance(data, GeneratorError):
            raise GenerationFailed(_problems(errors, document))
        models = ModelReader(document.data, data, config, object_at(translated, "components", "schemas"))
        api = _api(document.data, data, models, blocks or {}, whole or DocumentBlock())
    return Parse(api, data, config, [*warnings, *models.warnings])


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
    models: ModelReader,
    blocks: Mapping[JsonPath, OperationBlock],
    whole: DocumentBlock,
) -> Api:
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
def _forgiving() -> Generator[None, None, None]:
    """Let the parser read what it refuses or takes too long for, and our templates can write."""
    changes: list[tuple[Any, str, Any]] = [
        (openapi, "deepcopy", _shallow_copy),
        (model_property, _PROPERTIES, _as_named_on_the_wire),
        (Endpoint, _PARAMETERS, _numbered),
        (Class, _CLASS, _short_class),
        (openapi, "_PATH_PARAM_REGEX", re.compile(r"\{([^{}]+)\}")),
    ]
    # Dates and lists, which the parser can write in a path only; null, which no caller can put into one.
    for kind in (DateProperty, DateTimeProperty, ListProperty, NoneProperty):
        changes.append((kind, _PLACES, getattr(kind, _PLACES) | {ParameterLocation.HEADER, ParameterLocation.PATH}))
    stock = [(holder, name, getattr(holder, name)) for holder, name, _ in changes]
    try:
        for holder, name, value in changes:
            setattr(holder, name, value)
        yield
    finally:
        for holder, name, value in stock:
            setattr(holder, name, value)


_PLACES, _PROPERTIES, _PARAMETERS = "_allowed_locations", "_resolve_naming_conflict", "_check_parameters_for_conflicts"
_CLASS = "from_string"
_LONGEST = 80
"""Of a class's name. The name of its file is longer, and file systems take 255 bytes."""

_stock_properties: Callable[..., object] = getattr(model_property, _PROPERTIES)
_stock_parameters: Callable[..., object] = getattr(Endpoint, _PARAMETERS)
_stock_class: Callable[..., Class] = getattr(Class, _CLASS)


def _shallow_copy(endpoint: Endpoint) -> Endpoint:
    """Copy an operation's lists, which the parser changes, where it would copy all that they refer to, three times for each operation.

    That is every model the operation knows, so that time and memory would grow with the square of the document:
    a minute and 800 MiB for 300 operations (tests/generator/test_scale.py).
    """
    fields: dict[str, Any] = vars(endpoint)
    lists = {name: copy.copy(value) for name, value in fields.items() if type(value) in (list, set)}
    responses = attrs.evolve(endpoint.responses, patterns=list(endpoint.responses.patterns))
    return replace(endpoint, **lists, responses=responses)


def _as_named_on_the_wire(*properties_and_config: Any) -> None:
    """Two properties whose Python names are the same get those of the wire. ModelReader tells them apart where these are the same, too."""
    _stock_properties(*properties_and_config)


def _short_class(*, string: str, config: Config) -> Class:
    """A class with a name that is not too long: the parser puts the names of all that is around an object into that of its class."""
    found = _stock_class(string=string, config=config)
    if len(found.name) <= _LONGEST:
        return found
    digest = hashlib.sha256(found.name.encode()).hexdigest()[:8].upper()
    return _stock_class(string=f"{found.name[: _LONGEST - len(digest)]}{digest}", config=config)


def _numbered(endpoint: Endpoint, **settings: Any) -> Endpoint:
    """The same of parameters, which are numbered if need be."""
    found = _stock_parameters(endpoint, **settings)
    if isinstance(found, Endpoint):
        return found
    taken = {"client", "url"}
    for _, prop in endpoint.iter_all_parameters():
        name = free_name(str(prop.python_name), taken)
        prop.set_python_name(UntrustedString(name), config=settings["config"], skip_snake_case=True)
        taken.add(name)
    return endpoint


def _problems(errors: Sequence[GeneratorError], document: Document) -> list[Problem]:
    """What the parser can't read, and not what else it leaves out for that."""
    causes = [error for error in errors if _CONSEQUENCE not in (error.detail or "")] or errors
    return [_problem(error, document) for error in causes]


def _problem(error: GeneratorError, document: Document) -> Problem:
    # Texts from the spec print as object addresses, which would differ from run to run.
    text = re.sub(r"<[\w.]+ object at 0x[0-9a-f]+>", "…", f"{error.header} {error.detail or ''}").strip()
    # Of a value that no schema may have, each class that it is not is reported; the first says enough.
    text = re.sub(r"\d+ validation errors? for OpenAPI\s+(\S+\s+[^\[]+?) \[type=.*", r"\1", text, flags=re.DOTALL)
    path: JsonPath = ()
    if operation := re.search(r"parsing ([A-Z]+) (/\S*) within", text):
        path = ("paths", operation[2], operation[1].lower())
    elif operation := re.search(rf"\bpaths\.(/\S*?)\.({'|'.join(METHODS)})\.", text):
        path = ("paths", operation[1], operation[2])
    elif schema := re.search(r"\bcomponents[./]schemas[./]([\w-]+)", text):
        path = ("components", "schemas", schema[1])
    advice = "write it in another way with an action of the overlay"
    if path in document.places:
        advice += f", or leave it out with this one: {action(path)}"
    place = document.place(path) if path in document.places else Place(document.file)
    return Problem(f"{_PARSER}: {text}; {advice}", place)
