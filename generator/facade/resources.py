"""Makes the views of a document's resources: its blocks and openapi-python-client's parse in, variables of the templates out.

Names and types come from the parse, the same that makes the raw package; how they are offered comes from the `x-alli-sdk` blocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.strings import PythonIdentifier, pascal_case

from generator.document.problems import GenerationFailed, Problem
from generator.facade.answers import answer_of, form_of_answer
from generator.facade.argument_names import BlockError
from generator.facade.arguments import arguments_of, needed_options
from generator.facade.calls import call_of
from generator.facade.docstrings import in_markdown, method_text
from generator.facade.exports import exports
from generator.facade.result_formats import constant_of, format_code
from generator.facade.turns import turn_of
from generator.facade.views import Method, OperationRecord, Resource
from generator.model.blocks import RESULT_CLASSES, MethodBlock, OperationBlock, ResourceBlock, ResultBlock, result_class
from generator.model.descriptions import Words, is_deprecated, statuses_of, words_of
from generator.model.reserved import taken_by_modules
from generator.model.result_blocks import read_results
from generator.output.provenance import spec_hash
from generator.raw.annotations import qualified
from generator.raw.parsed_models import Models

__all__ = ["build"]

_LATE_CLASSES = ("AsyncPager", "AsyncRunStream", *RESULT_CLASSES)
"""Public classes that signatures name, whose modules wait until they are needed; the models come on top."""


def build(
    document: dict[str, Any], data: GeneratorData, blocks: list[OperationBlock], described: list[ResourceBlock]
) -> dict[str, object]:
    """Variables of the facade's templates.

    Args:
        document: Merged and validated.
        data: Its parse.
        blocks: What the document says of each operation's methods.
        described: What it says of the resources.

    Raises:
        GenerationFailed: a block names what the operation does not have.
    """
    endpoints = {
        endpoint.name: (str(tag), endpoint)
        for tag, collection in data.endpoint_collections_by_tag.items()
        for endpoint in collection.endpoints
    }
    models = Models({model.class_info.name: model for model in data.models})
    results = read_results(document)
    problems: list[Problem] = []
    methods: dict[str, list[Method]] = {}
    made: list[tuple[OperationBlock, Method]] = []
    for block in blocks:
        name = PythonIdentifier(block.operation_id, "field_")
        if name not in endpoints:  # the parser has warned of it, which ends a generation before it comes here
            problems.append(Problem(f"operation '{block.operation_id}' can't be read by the parser", path=block.path))
            continue
        tag, endpoint = endpoints[name]
        said = _Said(
            words_of(document, block.path),
            statuses_of(document, block.path),
            is_deprecated(document, block.path),
            results,
        )
        for method in block.methods:
            try:
                view = _method(block, method, tag, endpoint, models, said)
            except BlockError as error:
                place = (*block.path, "x-alli-sdk", *error.keys)
                problems.append(Problem(f"{block.resource}.{method.name}: x-alli-sdk {error}", path=place))
            else:
                methods.setdefault(block.resource, []).append(view)
                made.append((block, view))
    if problems:
        raise GenerationFailed(problems)
    resources = [
        Resource(
            entry.name,
            _class_name(entry.name, models),
            entry.doc,
            entry.mixin,
            sorted(methods[entry.name], key=lambda method: method.name),
        )
        for entry in _in_order(document, described)
    ]
    every = [method for resource in resources for method in resource.methods]
    typed_models = sorted({model for method in every for model in method.typed})
    return {
        "resources": resources,
        "methods": every,
        "formats": [(constant_of(name), format_code(result)) for name, result in results.items()],
        "turn": turn_of(made),
        "late": partial(qualified, names={*_LATE_CLASSES, *(name for _, name in typed_models)}, package="alli"),
        "exports": exports(typed_models),
        "title": in_markdown(str(document["info"]["title"])),
        "version": str(document["info"]["version"]),
        "spec_hash": spec_hash(document),
    }


def _in_order(document: dict[str, Any], described: list[ResourceBlock]) -> list[ResourceBlock]:
    """Resources as the document lists its tags, then the others by name."""
    tags: list[dict[str, Any]] = document.get("tags") or []
    listed = [tag.get("name") for tag in tags]
    return sorted(
        described, key=lambda entry: (listed.index(entry.name) if entry.name in listed else len(listed), entry.name)
    )


def _class_name(resource: str, models: Models) -> str:
    """Class of a resource; not that of a model, nor a name its module has already."""
    name = pascal_case(resource)
    return f"{name}Resource" if name in models.by_name or name in taken_by_modules() else name


@dataclass(frozen=True)
class _Said:
    """What the document says of an operation beyond its parse."""

    words: dict[str, Words]
    """Of an argument, by wire name."""
    statuses: dict[str, str]
    """That are errors."""
    deprecated: bool
    results: dict[str, ResultBlock]
    """Of each result class."""


def _method(
    block: OperationBlock, method: MethodBlock, tag: str, endpoint: Endpoint, models: Models, said: _Said
) -> Method:
    arguments = arguments_of(block, method, endpoint, models, said.words)
    kind, returns, decode, result_models = answer_of(block, method, endpoint, models)
    call = call_of(block, method, tag, endpoint, arguments)
    needed = result_models + [
        (m, c) for m, c in ((call.body_module, call.body_model), (call.form_module, call.form_model)) if c
    ]
    pagination = block.pagination
    return Method(
        name=method.name,
        kind=kind,
        operation=_record(block, method, kind, endpoint, said.results),
        arguments=arguments,
        returns=returns,
        decode=decode,
        text=method_text(block, method, endpoint, arguments, returns, said.statuses, deprecated=said.deprecated),
        call=call,
        models=sorted(set(needed)),
        typed=sorted({*result_models, *(model for argument in arguments.all for model in argument.models)}),
        readers=tuple(sorted(set(re.findall(r"\b(?:best_of|first_of|read_\w+)(?=\b)", decode)) - {"read_page"})),
        results=tuple(result_models),
        item=result_models[0][1] if pagination and result_models else "Any",
        items_key=repr(pagination.items) if pagination else "",
        cursor_key=repr(pagination.next) if pagination else "",
        cursor=next((a.name for a in arguments.all if pagination and a.wire == pagination.cursor_param), ""),
        explain=block.explain or "",
        deprecated=said.deprecated,
        needs=tuple(needed_options(endpoint)),
    )


def _record(
    block: OperationBlock, method: MethodBlock, kind: str, endpoint: Endpoint, results: dict[str, ResultBlock]
) -> OperationRecord:
    arguments = [f'name="{block.resource}.{method.name}"', f"id={block.operation_id!r}"]
    answer = form_of_answer(endpoint)
    if kind == "value" and answer != "json":
        arguments.append(f'answer="{answer}"')
    if block.idempotent:
        arguments.append("idempotent=True")
    if block.timeout == "run":
        arguments.append("run=True")
    if block.unwrap is not None:
        arguments.append(f"unwrap={block.unwrap!r}")
    name = result_class(block)
    if name is not None and (method.returns or method.collect):
        own = block.result
        shared = f"result_formats.{constant_of(name)}"
        arguments.append(f"result={shared if own is None else format_code(results[name].changed_by(own))}")
    if block.stream is not None and (method.collect or method.returns == "RunStream"):
        arguments.append(f"stream={block.stream!r}")
    return OperationRecord(f"{block.resource}_{method.name}".upper(), arguments)
