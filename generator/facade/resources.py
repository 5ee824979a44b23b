"""Makes the views of the client's resources: the model of the API in, variables of the templates out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.document.did_you_mean import nearest
from generator.document.problems import GenerationFailed, Problem
from generator.document.source_text import literal, pascal_case
from generator.facade.answers import Returned, constant_of, returned
from generator.facade.argument_names import BlockError
from generator.facade.arguments import Arguments, arguments_of, needed_options
from generator.facade.calls import call_of
from generator.facade.docstrings import going, in_markdown, method_text
from generator.facade.result_formats import format_code, format_constant
from generator.facade.turns import turn_of
from generator.facade.views import Facade, Handle, Method, OperationRecord, Paging, Resource, Wait
from generator.model.api import Api, Operation
from generator.model.blocks import (
    STREAMS,
    HandleBlock,
    MethodBlock,
    OperationBlock,
    Pagination,
    WaitBlock,
    result_class,
)
from generator.model.constraints import sunset
from generator.model.names import CLASS_NAMES, exports
from generator.model.types import Enum, ModelRef, named_in

__all__ = ["build"]


def build(api: Api) -> Facade:
    """The facade of an API.

    Raises:
        GenerationFailed: a block names what the operation does not have.
    """
    problems: list[Problem] = []
    methods: dict[str, list[Method]] = {}
    made: list[tuple[Operation, Method]] = []
    offered = [(operation, operation.block) for operation in api.operations if operation.block is not None]
    for operation, block in offered:
        for method in block.methods:
            try:
                view = _method(operation, block, method, api)
            except BlockError as error:
                place = (*operation.path, "x-alli-sdk", *error.keys)
                problems.append(Problem(f"{block.resource}.{method.name}: x-alli-sdk {error}", path=place))
            else:
                methods.setdefault(block.resource, []).append(view)
                made.append((operation, view))
    if problems:
        raise GenerationFailed(problems)
    resources = [
        Resource(
            name,
            _class_name(name, api),
            entry.doc or f"The {name.replace('_', ' ')} of the API.",
            entry.mixin,
            sorted(methods[name], key=lambda method: method.name),
        )
        for name, entry in api.resources.items()
    ]
    formats = [(format_constant(name), format_code(block)) for name, block in api.results.items()]
    return Facade(in_markdown(api.title), api.version, resources, turn_of(made), formats, _public_types(api, made))


def _public_types(api: Api, made: Sequence[tuple[Operation, Method]]) -> list[ModelRef | Enum]:
    """The models and lists of values that users can meet."""
    public = {name for _, names in exports([]) for name in names}
    roots = [kind for _, method in made for kind in method.signature_types]
    roots += [model.ref for model in api.models if model.ref.name in public]
    met = api.reachable(roots)
    held = [kind for model in api.models if model.ref.name in met for kind in (model.ref, *model.held)]
    found = {each.module: each for kind in (*roots, *held) for each in named_in(kind)}
    return [each for _, each in sorted(found.items()) if each.name in met or (isinstance(each, Enum) and each.has_name)]


def _class_name(resource: str, api: Api) -> str:
    """Class of a resource; not that of a model, nor a name its module has already."""
    name = pascal_case(resource)
    return f"{name}Resource" if name in api.by_name or name in CLASS_NAMES else name


def _method(operation: Operation, block: OperationBlock, method: MethodBlock, api: Api) -> Method:
    name = f"{block.resource}.{method.name}"
    arguments = arguments_of(operation, block, method, api)
    gives = returned(operation, block, method, api)
    return Method(
        name=method.name,
        operation=_record(operation, block, method, arguments, gives, api),
        arguments=arguments,
        returned=gives,
        text=method_text(operation, block, method, arguments, gives),
        call=call_of(operation, block, method, arguments),
        handle=None if method.handle is None else _handle(method.handle, method, arguments, api),
        wait=None if block.wait is None else _wait(block, block.wait),
        paging=None if block.pagination is None else _paging(operation, block.pagination, arguments, api),
        explain=block.explain or "",
        progress=block.progress,
        sunset=operation.sunset,
        deprecated="" if operation.sunset is None else literal(f"{name} is deprecated: {going(operation.sunset)}"),
        deprecated_arguments=tuple(_deprecated_arguments(name, arguments)),
        needs=tuple(needed_options(operation)),
    )


def _deprecated_arguments(name: str, arguments: Arguments) -> Iterator[tuple[str, str]]:
    """Of one that must be given, a warning could not be heeded."""
    for argument in arguments.all:
        if (day := sunset(argument.constraints)) is not None and argument.default:
            text = f"{name}: argument '{argument.name}' is deprecated: {going(day)}"
            yield f"{argument.name} is not {argument.default}", literal(text)


def _wait(block: OperationBlock, wait: WaitBlock) -> Wait:
    parts = [f"name={f'{block.resource}.wait'!r}", f"status={wait.status!r}", f"done={wait.done!r}"]
    parts += [f"failed={wait.failed!r}", f"interval={wait.interval!r}"]
    states = "; ".join(f"`{name}`: {', '.join(states)}" for name, states in wait.done.items())
    return Wait(f"WaitFormat({', '.join(parts)})", list(wait.done), states)


def _handle(handle: HandleBlock, method: MethodBlock, arguments: Arguments, api: Api) -> Handle:
    offered = {
        f"{block.resource}.{each.name}" for op in api.operations if (block := op.block) for each in block.methods
    }
    calls: dict[str, str] = {}
    for key, argument in (("status", "is_running"), ("result", "chats"), ("stop", "stop")):
        target: str = getattr(handle, key)
        if target not in offered:
            message = f"handle.{key}: there is no method '{target}'; the nearest is '{nearest(target, offered)}'"
            raise BlockError(message, "methods", method.name, "handle", key)
        resource, _, name = target.partition(".")
        calls[argument] = f"Async{_class_name(resource, api)}(self._transport).{name}"
    names = [argument.name for argument in arguments.all]
    if handle.continues not in names:
        message = f"handle.continues: there is no argument '{handle.continues}'; the nearest is '{nearest(handle.continues, names)}'"
        raise BlockError(message, "methods", method.name, "handle", "continues")
    return Handle(calls, handle.continues, handle.take_up)


def _paging(operation: Operation, page: Pagination, arguments: Arguments, api: Api) -> Paging:
    names = {argument.wire: argument.name for argument in (*arguments.query, *arguments.body)}
    if page.param not in names:
        raise BlockError(f"pagination.param: '{page.param}' is not an argument of the method", "pagination", "param")
    parts = {"items": page.items, "next": page.next, "total": page.total}
    shown = [repr(page.style), *(f"{key}={value!r}" for key, value in parts.items() if value is not None)]
    size = repr(page.size)
    if isinstance(page.size, str):
        size = names.get(page.size, "None")
        sent = {
            each.wire: each
            for each in (*operation.parameters, *api.fields(*(b.type for b in operation.bodies)).values())
        }
        if (default := sent[page.size].constraints.get("default")) is not None:
            size = f"{default!r} if {size} is None else {size}"
    return Paging(f"PageFormat({', '.join(shown)})", names[page.param], counted=page.style != "cursor", size=size)


def _record(
    operation: Operation, block: OperationBlock, method: MethodBlock, taken: Arguments, gives: Returned, api: Api
) -> OperationRecord:
    arguments = [f'name="{block.resource}.{method.name}"', f"id={operation.id!r}", f"path={operation.path[1]!r}"]
    body = {
        f"{argument.group}.{argument.wire}" if argument.group else argument.wire: argument.name
        for argument in taken.body
    }
    arguments.append(f"body={body!r}")
    arguments.append(f"query={ {argument.wire: argument.name for argument in taken.query}!r}")
    if gives.form != "json":
        arguments.append(f'answer="{gives.form}"')
    if block.idempotent:
        arguments.append("idempotent=True")
    if block.timeout == "run":
        arguments.append("run=True")
    if block.unwrap:
        arguments.append(f"unwrap={block.unwrap!r}")
    if gives.peel is not None:
        arguments.append(f'peel="{gives.peel}"')
    if gives.required:
        arguments.append(f"required={gives.required!r}")
    if gives.form in ("text", "bytes") and any(answer.html for answer in operation.good_answers):
        arguments.append("html=True")
    if (method.returns or method.collect or method.handle) and (name := result_class(block)) is not None:
        own, shared = block.result, f"result_formats.{format_constant(name)}"
        arguments.append(f"result={shared if own is None else format_code(api.results[name].changed_by(own))}")
    if block.stream is not None and (method.collect or method.returns in STREAMS):
        arguments.append(f"stream={block.stream!r}")
    return OperationRecord(constant_of(block, method), arguments, operation.path)
