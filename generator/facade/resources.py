"""Makes the views of the client's resources: the model of the API in, variables of the templates out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from generator.document.problems import GenerationFailed, Problem
from generator.document.source_text import literal, pascal_case, snake_case
from generator.facade.answers import Returned, returned
from generator.facade.arguments import Arguments, arguments_of, needed_options
from generator.facade.calls import call_of
from generator.facade.docstrings import going, in_markdown, method_text
from generator.facade.offers import BlockError, Offer
from generator.facade.views import Facade, Handle, Method, OperationRecord, Paging, Resource, Turn, Wait
from generator.model.api import Api
from generator.model.blocks import STREAMS, HandleBlock, Pagination, ResultBlock, WaitBlock, result_class
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
    made: list[tuple[Offer, Method]] = []
    for offer in _offers(api):
        try:
            view = _method(offer)
        except BlockError as error:
            place = (*offer.operation.path, "x-alli-sdk", *error.keys)
            problems.append(Problem(f"{offer.name}: x-alli-sdk {error}", path=place))
        else:
            methods.setdefault(offer.block.resource, []).append(view)
            made.append((offer, view))
    if problems:
        raise GenerationFailed(problems)
    resources: list[Resource] = []
    for name, entry in api.resources.items():
        doc = entry.doc or f"The {name.replace('_', ' ')} of the API."
        in_order = sorted(methods[name], key=lambda method: method.name)
        resources.append(Resource(name, _class_name(name, api), doc, entry.mixin, in_order))
    formats = [(_format_constant(name), _format_code(block)) for name, block in api.results.items()]
    return Facade(in_markdown(api.title), api.version, resources, _turn_of(made), formats, _public_types(api, made))


def _turn_of(made: Sequence[tuple[Offer, Method]]) -> Turn | None:
    """What a `Conversation` sends: the operation with `conversation` in its block; None where there is none.

    Raises:
        GenerationFailed: the operation can't be one, or there are two of them.
    """
    turn, problems = None, list[Problem]()
    chosen = [each for each, _ in made if each.block.conversation and each.method is each.block.methods[0]]
    for index, offer in enumerate(chosen):
        streams = [method for each, method in made if each.block is offer.block and method.kind == "stream"]
        count = len(streams[0].arguments.path) if streams else 0
        if index:
            mistake = f"{chosen[0].operation.id} has it already; there is one kind of conversation"
        elif not streams:
            mistake = "needs a method that returns RunStream, which sends the turns"
        elif count != 1:
            mistake = f"needs an operation with one path parameter, the app's id, which a conversation keeps; this one has {count}"
        else:
            turn = Turn(streams[0].name, streams[0].arguments, offer.block.conversation or "", offer.block.source)
            continue
        path = (*offer.operation.path, "x-alli-sdk", "conversation")
        problems.append(Problem(f"{offer.name}: x-alli-sdk conversation: {mistake}", path=path))
    if problems:
        raise GenerationFailed(problems)
    return turn


def _public_types(api: Api, made: Sequence[tuple[Offer, Method]]) -> list[ModelRef | Enum]:
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


def _offers(api: Api) -> Iterator[Offer]:
    for operation in api.operations:
        if (block := operation.block) is not None:
            yield from (Offer(api, operation, block, method) for method in block.methods)


def _method(offer: Offer) -> Method:
    operation, block = offer.operation, offer.block
    arguments, gives = arguments_of(offer), returned(offer)
    gone = operation.sunset
    return Method(
        name=offer.method.name,
        operation=_record(offer, arguments, gives),
        arguments=arguments,
        returned=gives,
        text=method_text(offer, arguments, gives),
        call=call_of(offer, arguments),
        handle=None if offer.method.handle is None else _handle(offer, offer.method.handle, arguments),
        wait=None if block.wait is None else _wait(block.resource, block.wait),
        paging=None if block.pagination is None else _paging(offer, block.pagination, arguments),
        explain=block.explain or "",
        progress=block.progress,
        sunset=gone,
        deprecated="" if gone is None else literal(f"{offer.name} is deprecated: {going(gone)}"),
        deprecated_arguments=tuple(_deprecated_arguments(offer.name, arguments)),
        needs=tuple(needed_options(operation)),
    )


def _deprecated_arguments(name: str, arguments: Arguments) -> Iterator[tuple[str, str]]:
    """Of one that must be given, a warning could not be heeded."""
    for argument in arguments.all:
        if (day := sunset(argument.constraints)) is not None and argument.default:
            text = f"{name}: argument '{argument.name}' is deprecated: {going(day)}"
            yield f"{argument.name} is not {argument.default}", literal(text)


def _wait(resource: str, wait: WaitBlock) -> Wait:
    states = "; ".join(f"`{name}`: {', '.join(states)}" for name, states in wait.done.items())
    code = ", ".join(f"{key}={value!r}" for key, value in asdict(wait).items())
    return Wait(f"WaitFormat(name={f'{resource}.wait'!r}, {code})", list(wait.done), states)


def _handle(offer: Offer, handle: HandleBlock, arguments: Arguments) -> Handle:
    offered = [each.name for each in _offers(offer.api)]
    calls: dict[str, str] = {}
    place = ("methods", offer.method.name, "handle")
    for key, argument in (("status", "is_running"), ("result", "chats"), ("stop", "stop")):
        target: str = getattr(handle, key)
        if target not in offered:
            raise BlockError.unknown("method", target, offered, *place, key, label=f"handle.{key}")
        resource, _, name = target.partition(".")
        calls[argument] = f"Async{_class_name(resource, offer.api)}(self._transport).{name}"
    names = [argument.name for argument in arguments.all]
    if handle.continues not in names:
        raise BlockError.unknown("argument", handle.continues, names, *place, "continues", label="handle.continues")
    return Handle(calls, handle.continues, handle.take_up)


def _paging(offer: Offer, page: Pagination, arguments: Arguments) -> Paging:
    names = {argument.wire: argument.name for argument in (*arguments.query, *arguments.body)}
    if page.param not in names:
        raise BlockError(f"pagination.param: '{page.param}' is not an argument of the method", "pagination", "param")
    code = f"PageFormat({page.style!r}, {_keywords({'items': page.items, 'next': page.next, 'total': page.total})})"
    size = repr(page.size)
    if isinstance(page.size, str):
        size = names.get(page.size, "None")
        sent = offer.api.fields(*(body.type for body in offer.operation.bodies))
        sent |= {parameter.wire: parameter for parameter in offer.operation.parameters}
        if (default := sent[page.size].constraints.get("default")) is not None:
            size = f"{default!r} if {size} is None else {size}"
    return Paging(code, names[page.param], counted=page.style != "cursor", size=size)


def _record(offer: Offer, taken: Arguments, gives: Returned) -> OperationRecord:
    operation, block, method = offer.operation, offer.block, offer.method
    html = gives.form in ("text", "bytes") and any(answer.html for answer in operation.good_answers)
    known = {
        "name": offer.name,
        "id": operation.id,
        "path": operation.path[1],
        "body": {f"{each.group}.{each.wire}" if each.group else each.wire: each.name for each in taken.body},
        "query": {argument.wire: argument.name for argument in taken.query},
        "answer": None if gives.form == "json" else gives.form,
        "idempotent": block.idempotent,
        "run": block.timeout == "run",
        "unwrap": block.unwrap,
        "peel": gives.peel,
        "required": gives.required,
        "html": html,
    }
    arguments = [_keywords(known)]
    if (method.returns or method.collect or method.handle) and (name := result_class(block)) is not None:
        own, shared = block.result, f"result_formats.{_format_constant(name)}"
        arguments.append(f"result={shared if own is None else _format_code(offer.api.results[name].changed_by(own))}")
    if block.stream is not None and (method.collect or method.returns in STREAMS):
        arguments.append(f"stream={block.stream!r}")
    return OperationRecord(offer.constant, arguments, operation.path)


def _keywords(values: Mapping[str, object]) -> str:
    """Code of the arguments that say something."""
    return ", ".join(f"{key}={value!r}" for key, value in values.items() if value not in (None, False, ()))


def _format_constant(name: str) -> str:
    """The constant that holds the format of a result class."""
    return snake_case(name).upper()


def _format_code(block: ResultBlock) -> str:
    """As an expression."""
    keywords = {key: [f"{name}={paths!r}" for name, paths in part.items()] for key, part in block.parts.items()}
    parts = keywords.pop("")
    parts += [f"{key}={pascal_case(key)}Format({', '.join(part)})" for key, part in keywords.items() if part]
    if block.replace is not None:
        parts.append(f"replace={block.replace!r}")
    return f"ResultFormat({', '.join(parts)})"
