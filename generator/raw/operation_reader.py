"""Endpoints of openapi-python-client's parse as operations of our model, with what the document says beyond the parse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import Property
from openapi_python_client.strings import PythonIdentifier

from generator.document.media_types import answer_of, bodies_of, is_stream, sent_as
from generator.document.parameter_checks import separator
from generator.document.problems import JsonPath
from generator.document.schemas import operations, parameters, resolved
from generator.model.api import Answer, Body, Operation, Parameter
from generator.model.blocks import OperationBlock
from generator.model.constraints import constraints_of, sunset, typed
from generator.model.names import BUILDER_NAMES
from generator.model.types import Anything, File, ModelRef, Scalar, Type
from generator.raw.model_reader import ModelReader

__all__ = ["OperationReader"]


_TYPES: dict[str, Type] = {"text": Scalar("str"), "binary": File(), "bytes": File(), "nothing": Anything()}
"""Of the contents that the parser is not asked for."""


class OperationReader:
    """Reads the operations of a parse.

    Args:
        document: Merged and validated.
        data: Its parse.
        models: Reads its types and models.
    """

    def __init__(self, document: dict[str, Any], data: GeneratorData, models: ModelReader) -> None:
        self._document = document
        self._data = data
        self._models = models
        self._types = models.types

    def read(self, blocks: Mapping[JsonPath, OperationBlock]) -> tuple[Operation, ...]:
        """All operations, in the document's order, each with the block at its path."""
        endpoints = {
            str(endpoint.name): (str(tag), endpoint)
            for tag, collection in self._data.endpoint_collections_by_tag.items()
            for endpoint in collection.endpoints
        }
        return tuple(
            self._operation(path, node, blocks.get(path), *endpoints[PythonIdentifier(node["operationId"], "field_")])
            for path, node in operations(self._document)
        )

    def _operation(
        self, path: JsonPath, node: dict[str, Any], block: OperationBlock | None, tag: str, endpoint: Endpoint
    ) -> Operation:
        body = resolved(self._document, node.get("requestBody"))
        found = tuple(self._parameters(path, node, endpoint))
        url = str(path[1])
        for parameter in found:
            if parameter.place == "path":
                url = url.replace(f"{{{parameter.wire}}}", f"{{{parameter.name}}}")
        return Operation(
            id=node["operationId"],
            module=str(endpoint.name),
            tag=tag,
            path=path,
            method=endpoint.method,
            url=url,
            summary=endpoint.summary.get_untrusted_value(),
            description=endpoint.description.get_untrusted_value(),
            sunset=sunset(node),
            parameters=found,
            bodies=tuple(self._bodies(body, endpoint)),
            body_required=body.get("required") is True,
            answers=tuple(sorted(self._answers(node, endpoint), key=_precedence)),
            block=block,
        )

    def _parameters(self, path: JsonPath, node: dict[str, Any], endpoint: Endpoint) -> Iterator[Parameter]:
        listed = parameters(self._document, self._document["paths"][path[1]], node)
        written = {(each.get("name"), each.get("in")): each for each in listed}
        props = [(str(place), prop) for place, prop in endpoint.iter_all_parameters()]
        names = _free([str(prop.python_name) for _, prop in props])
        for name, (place, prop) in zip(names, props, strict=True):
            yield self._parameter(name, place, prop, written[prop.name.get_untrusted_value(), place])

    def _parameter(self, name: str, place: Any, prop: Property, node: dict[str, Any]) -> Parameter:
        schema = resolved(self._document, node.get("schema"))
        own = prop.description.get_untrusted_value() if prop.description else ""
        deprecation = {key: node[key] for key in ("deprecated", "x-sunset") if key in node}
        asked = constraints_of(self._document, {**schema, **deprecation})
        return Parameter(
            wire=prop.name.get_untrusted_value(),
            name=name,
            type=typed(self._types.type_of(prop), asked),
            required=prop.required,
            description=str(node.get("description") or own),
            constraints=asked,
            place=place,
            separator=separator(node),
        )

    def _bodies(self, body: dict[str, Any], endpoint: Endpoint) -> Iterator[Body]:
        parsed = iter(endpoint.bodies)
        for media, kind, _ in bodies_of(self._document, body):
            yield Body(sent_as(media), kind, _TYPES.get(kind) or self._types.type_of(next(parsed).prop))

    def _answers(self, node: dict[str, Any], endpoint: Endpoint) -> Iterator[Answer]:
        parsed = {response.status_code.pattern: response for response in endpoint.responses}
        for status, response in node["responses"].items():
            answer = resolved(self._document, response)
            kind, _ = answer_of(answer)
            given = _TYPES.get(kind) or self._types.type_of(parsed[status].prop)
            html = any("html" in media.lower() for media in answer.get("content") or ())
            yield Answer(status, kind, given, str(answer.get("description") or ""), self._record(answer), html)

    def _record(self, answer: dict[str, Any]) -> ModelRef | None:
        """Of a stream, as far as it has a class."""
        content: dict[str, Any] = answer.get("content") or {}
        records = [holder.get("schema") for media, holder in content.items() if is_stream(media)]
        return self._models.reference(records[0]) if records else None


def _free(names: list[str]) -> list[str]:
    """The names of a builder's parameters, with underscores where its module has the name itself."""
    taken, free = {*BUILDER_NAMES, *names}, list[str]()
    for name in names:
        longer = (name + "_" * extra for extra in range(1, len(taken) + 2))
        free.append(name if name not in BUILDER_NAMES else next(each for each in longer if each not in taken))
        taken.add(free[-1])
    return free


def _precedence(answer: Answer) -> tuple[bool, bool, str]:
    """Single statuses by number, then ranges, then the default."""
    return answer.status == "default", "X" in answer.status, answer.status
