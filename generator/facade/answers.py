"""What a facade method gives: its type, and the code that reads the answer."""

from __future__ import annotations

from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.responses import Response

from generator.facade.argument_names import BlockError
from generator.facade.argument_types import scalars_of
from generator.model.blocks import MethodBlock, OperationBlock
from generator.raw.decoders import reader
from generator.raw.parsed_models import Models

__all__ = ["answer_of", "form_of_answer"]


def answer_of(
    block: OperationBlock, method: MethodBlock, endpoint: Endpoint, models: Models
) -> tuple[str, str, str, list[tuple[str, str]]]:
    """Kind of the method, type it returns, code that decodes, and the raw models of these."""
    if method.returns == "RunStream":
        return "stream", "AsyncRunStream", "", []
    if method.collect:
        return "streamed_result", "RunResult", "", []
    if method.returns is not None:
        decode = f"{method.returns}.from_payload"
        if block.result is not None:
            constant = f"{block.resource}_{method.name}".upper()
            decode = f"partial({decode}, format={constant}.format)"
        return "result", method.returns, decode, []
    response = _good_response(endpoint)
    answer: PropertyProtocol | None = None if response is None else response.prop
    if block.pagination is not None:
        items = _property_of(answer, block.pagination.items, models)
        inner = items.inner_property if isinstance(items, ListProperty) else None
        if inner is None:
            message = f"pagination.items: the 200 answer has no list {block.pagination.items!r}"
            raise BlockError(message, "pagination", "items")
        annotation, decode, needed = _decoder(inner, models, item=True)
        return "page", f"AsyncPager[{annotation}]", decode, needed
    form = form_of_answer(endpoint)
    if form != "json":
        return "value", {"nothing": "None", "text": "str", "bytes": "bytes"}[form], "anything", []
    if block.unwrap is not None:
        answer = _property_of(answer, block.unwrap, models)
    annotation, decode, needed = _decoder(answer, models)
    return "value", annotation, decode, needed


def _good_response(endpoint: Endpoint) -> Response | None:
    for response in endpoint.responses.patterns:
        codes = response.status_code.range
        if codes is not None and 200 <= codes[0] < 300:
            return response
    return None


def form_of_answer(endpoint: Endpoint) -> str:
    """ "json", "text", "bytes" or "nothing"."""
    response = _good_response(endpoint)
    forms = {"response.text": "text", "response.content": "bytes", "None": "nothing"}
    return "json" if response is None else forms.get(response.source["attribute"], "json")


def _property_of(prop: PropertyProtocol | None, wire: str, models: Models) -> PropertyProtocol:
    if isinstance(prop, ModelProperty):
        for candidate in models.properties(prop):
            if candidate.name.get_untrusted_value() == wire:
                return candidate
    raise BlockError(f"the 200 answer has no property {wire!r}")


def _decoder(
    prop: PropertyProtocol | None, models: Models, *, item: bool = False
) -> tuple[str, str, list[tuple[str, str]]]:
    """Annotation, code of the decoder, and raw models. An `item` of a list that is no object is kept as it came."""
    match prop:
        case ModelProperty() if models.is_free_form(prop):
            return "dict[str, Any]", "anything" if item else "json_object", []
        case ModelProperty():
            name = prop.class_info.name
            return name, f"{name}.{'from_json' if item else 'from_dict'}", [(prop.class_info.module_name, name)]
        case ListProperty():
            annotation, decode, needed = _decoder(prop.inner_property, models, item=True)
            # A method may be called `list`, which hides the type in the signatures of its class.
            return f"builtins.list[{annotation}]", f"list_of({decode})", needed
        case UnionProperty():
            return _union(prop, models)
        case None:
            return "Any", "anything", []
        case _:
            return next(iter(scalars_of(prop)), "Any"), reader(prop) or "anything", []


def _union(prop: UnionProperty, models: Models) -> tuple[str, str, list[tuple[str, str]]]:
    """One of several models, or null; any JSON where it may be something else as well."""
    if not all(isinstance(part, ModelProperty | NoneProperty) for part in prop.inner_properties):
        return "Any", "anything", []
    parts = [_decoder(part, models, item=True) for part in prop.inner_properties if isinstance(part, ModelProperty)]
    annotations = [annotation for annotation, _, _ in parts]
    if len(parts) < len(prop.inner_properties):
        annotations.append("None")
    return (
        " | ".join(dict.fromkeys(annotations)),
        reader(prop) or "anything",
        [m for _, _, needed in parts for m in needed],
    )
