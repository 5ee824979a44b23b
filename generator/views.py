"""What the facade's templates print: resources, methods, arguments, each name, type and piece of code worked out here.

Names and types come from openapi-python-client's parse, the same that makes the raw package; how they are offered comes from the
`x-alli-sdk` blocks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.responses import Response
from openapi_python_client.strings import PythonIdentifier, pascal_case

from generator.exports import exports
from generator.limits import Words, statuses_of, words_of
from generator.problems import GenerationFailed, Problem
from generator.provenance import UNSTAMPED
from generator.signatures import Argument, Arguments, BlockError, Models, arguments_of
from generator.texts import MethodText, escaped, in_markdown, method_text
from generator.vocabulary import MethodBlock, OperationBlock, ResourceBlock

__all__ = ["Call", "Method", "OperationRecord", "Resource", "build"]

_TAKEN_CLASSES = frozenset(
    {
        *(
            "Any",
            "AppsExtras",
            "ConversationResult",
            "FileInput",
            "Mapping",
            "Operation",
            "Page",
            "RunResult",
            "RunStream",
            "Sequence",
        ),
        *("SkillResult", "StreamFormat", "Transport", "Unset", "Self", "Unpack", "Config", "ClientOptions", "Alli"),
        *("APIKey", "Timeout", "TracebackType", "HTTP", "HTTPClient", "RetryPolicy", "Literal", "File"),
    }
)
"""Names in the modules that resources are rendered into."""


@dataclass(frozen=True)
class OperationRecord:
    """The `Operation` constant of one facade method."""

    constant: str
    arguments: list[str]
    """Of the class, as code."""


@dataclass(frozen=True)
class Call:
    """How a method calls its request builder."""

    module: str
    """Tag of the raw module."""
    builder: str
    """Name of the raw module."""
    arguments: list[str]
    """Of the builder, as code."""
    body: str
    """"json", "whole", "files", "multipart" or "" for none."""
    body_model: str = ""
    body_module: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Of the body: wire name as a literal, or Python name where the body is multipart; and code."""
    groups: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list[tuple[str, list[tuple[str, str]]]])
    """Objects inside the body whose properties are arguments: wire name as a literal, and fields."""
    form_model: str = ""
    form_module: str = ""
    files: str = ""
    """Argument that may hold files."""
    whole: str = ""
    """Of a body that is one argument, code."""


@dataclass(frozen=True)
class Method:
    """One facade method."""

    name: str
    kind: str
    """"value", "page", "result", "streamed_result" or "stream"."""
    operation: OperationRecord
    arguments: Arguments
    returns: str
    decode: str
    text: MethodText
    call: Call
    models: list[tuple[str, str]]
    """Module and class of the raw models that the code needs when it runs."""
    typed: list[tuple[str, str]]
    """Module and class of the raw models that only the signature needs."""
    results: tuple[tuple[str, str], ...] = ()
    """Module and class of the raw models in what it returns."""
    item: str = ""
    items_key: str = ""
    cursor_key: str = ""
    cursor: str = ""
    explain: str = ""

    @property
    def docstring(self) -> str:
        """As code, without its quotes."""
        return escaped(self.text.plain)

    @property
    def fence(self) -> str:
        """Opens and closes the docstring in Markdown: longer than any in it."""
        return "`" * max(3, 1 + max(map(len, re.findall("`+", self.text.plain)), default=0))

    @property
    def page_arguments(self) -> list[str]:
        """Of the builder, those that are the same for every page."""
        return [argument for argument in self.call.arguments if argument != self.cursor_argument]

    @property
    def cursor_argument(self) -> str:
        """Of the builder, the one that differs from page to page."""
        return next((f"{a.builder_name}={a.code}" for a in self.arguments.query if a.name == self.cursor), "")

    @property
    def sync_returns(self) -> str:
        """What the sync form returns, for the reference."""
        plain = self.returns.replace("AsyncPager", "Page").replace("AsyncRunStream", "RunStream")
        return plain.replace("builtins.", "")

    @property
    def keyword(self) -> str:
        """Opens the async form, which is no coroutine for streams and pages: they are made at once and wait when used."""
        return "def" if self.kind in ("page", "stream") else "async def"


@dataclass(frozen=True)
class Resource:
    """An attribute of the client."""

    name: str
    class_name: str
    doc: str
    mixin: str | None
    methods: list[Method]

    @property
    def docstring(self) -> str:
        """As code, without its quotes."""
        return escaped(self.doc)

    @property
    def markdown(self) -> str:
        """As a paragraph of Markdown."""
        return in_markdown(self.doc)


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
    problems: list[Problem] = []
    methods: dict[str, list[Method]] = {}
    for block in blocks:
        name = PythonIdentifier(block.operation_id, "field_")
        if name not in endpoints:  # the parser has warned of it, which ends a generation before it comes here
            problems.append(Problem(f"operation '{block.operation_id}' can't be read by the parser", path=block.path))
            continue
        tag, endpoint = endpoints[name]
        said = Said(words_of(document, block.path), statuses_of(document, block.path))
        for method in block.methods:
            try:
                view = _method(block, method, tag, endpoint, models, said)
            except BlockError as error:
                place = (*block.path, "x-alli-sdk", *error.keys)
                problems.append(Problem(f"{block.resource}.{method.name}: x-alli-sdk {error}", path=place))
            else:
                methods.setdefault(block.resource, []).append(view)
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
        "typed_models": typed_models,
        "exports": exports(typed_models),
        "title": in_markdown(str(document["info"]["title"])),
        "version": str(document["info"]["version"]),
        "spec_hash": UNSTAMPED,
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
    return f"{name}Resource" if name in models.by_name or name in _TAKEN_CLASSES else name


@dataclass(frozen=True)
class Said:
    """What the document says of an operation beyond its parse."""

    words: dict[str, Words]
    """Of an argument, by wire name."""
    statuses: dict[str, str]
    """That are errors."""


def _method(
    block: OperationBlock, method: MethodBlock, tag: str, endpoint: Endpoint, models: Models, said: Said
) -> Method:
    arguments = arguments_of(block, method, endpoint, models, said.words)
    kind, returns, decode, result_models = _answer(block, method, endpoint, models)
    call = _call(block, method, tag, endpoint, arguments)
    needed = result_models + [
        (m, c) for m, c in ((call.body_module, call.body_model), (call.form_module, call.form_model)) if c
    ]
    pagination = block.pagination
    return Method(
        name=method.name,
        kind=kind,
        operation=_record(block, method, kind, endpoint),
        arguments=arguments,
        returns=returns,
        decode=decode,
        text=method_text(block, method, endpoint, arguments, returns, said.statuses),
        call=call,
        models=sorted(set(needed)),
        typed=sorted({*result_models, *(model for argument in arguments.all for model in argument.models)}),
        results=tuple(result_models),
        item=result_models[0][1] if pagination and result_models else "Any",
        items_key=repr(pagination.items) if pagination else "",
        cursor_key=repr(pagination.next) if pagination else "",
        cursor=next((a.name for a in arguments.all if pagination and a.wire == pagination.cursor_param), ""),
        explain=block.explain or "",
    )


def _record(block: OperationBlock, method: MethodBlock, kind: str, endpoint: Endpoint) -> OperationRecord:
    arguments = [f'name="{block.resource}.{method.name}"', f"id={block.operation_id!r}"]
    answer = _form_of_answer(endpoint)
    if kind == "value" and answer != "json":
        arguments.append(f'answer="{answer}"')
    if block.idempotent:
        arguments.append("idempotent=True")
    if block.timeout == "run":
        arguments.append("run=True")
    if block.unwrap is not None:
        arguments.append(f"unwrap={block.unwrap!r}")
    if block.stream is not None and (method.collect or method.returns == "RunStream"):
        stream = block.stream
        parts = [f"semantics={stream.semantics!r}", f"messages={stream.messages!r}", f"text={stream.text!r}"]
        parts += [
            f"conversation_id={stream.conversation_id!r}",
            f"state={stream.state!r}",
            f"replace={stream.replace!r}",
        ]
        arguments.append(f"stream=StreamFormat({', '.join(parts)})")
    return OperationRecord(f"{block.resource}_{method.name}".upper(), arguments)


def _answer(
    block: OperationBlock, method: MethodBlock, endpoint: Endpoint, models: Models
) -> tuple[str, str, str, list[tuple[str, str]]]:
    """Kind of the method, type it returns, code that decodes, and the raw models of these."""
    if method.returns == "RunStream":
        return "stream", "AsyncRunStream", "", []
    if method.collect:
        return "streamed_result", "RunResult", "", []
    if method.returns is not None:
        return "result", method.returns, f"{method.returns}.from_payload", []
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
    form = _form_of_answer(endpoint)
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


def _form_of_answer(endpoint: Endpoint) -> str:
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
    if isinstance(prop, ModelProperty):
        if models.is_free_form(prop):
            return "dict[str, Any]", "anything" if item else "json_object", []
        name = prop.class_info.name
        return name, f"{name}.{'from_json' if item else 'from_dict'}", [(prop.class_info.module_name, name)]
    if isinstance(prop, ListProperty):
        annotation, decode, needed = _decoder(prop.inner_property, models, item=True)
        # A method may be called `list`, which hides the type in the signatures of its class.
        return f"builtins.list[{annotation}]", f"list_of({decode})", needed
    return "Any", "anything", []


def _value_body(
    known: dict[str, Any], others: list[str], prop: PropertyProtocol | None, argument: Argument, method: str
) -> Call:
    """A body that is no object: one argument, handed on as what the builder takes."""
    where, name = f'"{method}: {argument.name}"', argument.name
    model: dict[str, Any] = {}
    match prop:
        case None:
            code = f"File(payload={argument.code}.payload)"
        case ListProperty(inner_property=ModelProperty(class_info=info)):
            model = {"body_model": info.name, "body_module": info.module_name}
            items = f"sequence({where}, {name}) or ()"
            code = f"[{info.name}.from_dict(wire(json_mapping({where}, item))) for item in {items}]"
        case ListProperty():
            code = f"list(sequence({where}, {name}) or ())"
        case _:
            code = argument.code
    return Call(**known, **model, arguments=[*others, f"body={code}"], body="")


def _call(block: OperationBlock, method: MethodBlock, tag: str, endpoint: Endpoint, arguments: Arguments) -> Call:
    builder_arguments = [a.name for a in arguments.path]
    builder_arguments += [f"{a.builder_name}={a.code}" for a in arguments.query]
    known: dict[str, Any] = {"module": tag, "builder": str(endpoint.name)}
    bodies = {str(body.body_type): body.prop for body in endpoint.bodies}
    if not bodies:
        return Call(**known, arguments=builder_arguments, body="")
    builder_arguments.append("body=body")
    form, main = bodies.get("files"), bodies.get("json") or bodies.get("data")
    prop = main or form
    if block.body is not None and not isinstance(prop, ModelProperty):
        return _value_body(known, builder_arguments[:-1], prop, arguments.body[0], f"{block.resource}.{method.name}")
    if not isinstance(prop, ModelProperty):
        raise BlockError("the body must be a JSON object or a form; else name it with body: {argument: …}")
    known |= {
        "arguments": builder_arguments,
        "body_model": prop.class_info.name,
        "body_module": prop.class_info.module_name,
    }
    if block.body is not None:
        name = arguments.body[0].name
        where = f'"{block.resource}.{method.name}: {name}"'
        code = f"json_mapping({where}, required({where}, {name}, Mapping))"
        return Call(**known, body="whole", whole=code)
    constants = [(repr(wire), repr(value)) for wire, value in method.set.items()]
    if main is None:
        return Call(**known, body="multipart", fields=[(a.builder_name, a.code) for a in arguments.body])
    groups = [
        (repr(wire), [(repr(a.wire), a.code) for a in arguments.body if a.group == wire]) for wire in block.flatten
    ]
    fields = constants + [(repr(a.wire), a.code) for a in arguments.body if a.group is None and a.name != block.files]
    if block.files is None:
        return Call(**known, body="json", fields=fields, groups=groups)
    if not isinstance(form, ModelProperty):
        raise BlockError("files: the operation takes no multipart/form-data", "files")
    files = next((a for a in arguments.body if a.name == block.files), None)
    if files is None:
        raise BlockError(f"files: no argument {block.files!r} in the body", "files")
    known |= {"form_model": form.class_info.name, "form_module": form.class_info.module_name, "files": files.name}
    return Call(**known, body="files", fields=fields, groups=[(repr(files.wire), []), *groups])
