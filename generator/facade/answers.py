"""What a facade method gives: its kind, its type, and the code that reads the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from generator.facade.offers import BlockError, Offer
from generator.model.api import Answer, Api, Operation
from generator.model.blocks import RECORDS, STREAMS
from generator.model.printers import ANSWER, annotation, answer_decoder
from generator.model.types import (
    NULL,
    Anything,
    ListOf,
    ModelRef,
    ObjectOf,
    Scalar,
    Type,
    answered,
    items_in,
    options,
    union,
)

__all__ = ["Returned", "returned"]


@dataclass(frozen=True)
class Returned:
    """What a method gives.

    Attributes:
        kind: "value", "page", "result", "streamed_result", "stream", "records", "file" or "handle".
        public: A class of the package, of the async form; "" for a type of the document.
        type: What the answer holds; of a page an item, of records one.
        decode: Code that reads it.
        form: How the body is read.
        peel: When `{"result": …}` is taken off; see templates/alli/_json/envelopes.py.
        required: Fields of which at least one is there.
    """

    kind: Literal["value", "page", "result", "streamed_result", "stream", "records", "file", "handle"]
    public: str = ""
    type: Type = field(default_factory=Anything)
    decode: str = ""
    form: Literal["json", "records", "text", "bytes", "nothing"] = "json"
    peel: Literal["alone", "always"] | None = None
    required: tuple[str, ...] = ()

    def annotation(self, package: str = "") -> str:
        """Of the async form; models and public classes are attributes of `package`."""
        style = ANSWER.within(package) if package else ANSWER
        public = f"{package}.{self.public}" if package and self.public else self.public
        if self.kind in ("page", "records"):
            return f"{public}[{annotation(self.type, style)}]"
        return public or annotation(self.type, style)


def returned(offer: Offer) -> Returned:
    """What one method of an operation gives.

    Raises:
        BlockError: the block names what the answer doesn't have.
    """
    operation, block, method, api = offer.operation, offer.block, offer.method, offer.api
    if method.handle is not None:
        return Returned("handle", "AsyncBackgroundRun")
    if block.answer == "file":
        return Returned("file", "AsyncDownloadedFile", form="bytes")
    if method.returns == RECORDS:
        item = _record(operation)
        return Returned("records", f"Async{RECORDS}", item, answer_decoder(item))
    if method.returns in STREAMS:
        return Returned("stream", f"Async{method.returns}")
    if method.collect:
        return Returned("streamed_result", "RunResult")
    if method.returns is not None:
        decode = f"{method.returns}.from_payload"
        if block.result is not None:
            decode = f"partial({decode}, format={offer.constant}.format)"
        return Returned("result", method.returns, decode=decode)
    good = [answer for answer in operation.good_answers if answer.kind != "nothing"] or operation.good_answers
    if not good:
        return Returned("value", decode="anything")
    kind = good[0].type
    if block.pagination is not None:
        items = items_in([api.unwrapped(kind, block.pagination.items) or NULL])
        if not items:
            message = f"pagination.items: the 200 answer has no list {block.pagination.items[0]!r}"
            raise BlockError(message, "pagination", "items")
        item = answered(items[0])
        required = tuple(name for name in _required(api, kind) if name in block.pagination.items)
        return Returned("page", "AsyncPager", item, answer_decoder(item, item=True), required=required)
    kinds: dict[str, Type] = {answer.status: _value(answer) for answer in operation.good_answers}
    peel = None
    if good[0].kind == "json":
        whole = api.unwrapped(kind, block.unwrap) if block.unwrap else kind
        if whole is None:
            raise BlockError(f"the 200 answer has no property {block.unwrap[0]!r}")
        kinds[good[0].status] = answered(whole)
        peel = _peel(api, kind, kinds[good[0].status], unwraps=bool(block.unwrap))
    main = kinds[good[0].status]
    decode = _decoder(main)
    for status, other in kinds.items():
        # A range has no single status, and holds what its single statuses don't.
        if other != main and status.isdigit():
            decode = f"ByStatus({status}, {_decoder(other)}, {decode})"
    every = union([main, *kinds.values()])
    required = _required(api, every) if good[0].kind == "json" else ()
    return Returned("value", type=every, decode=decode, form=good[0].kind, peel=peel, required=required)


def _record(operation: Operation) -> Type:
    """The type of one record of a streamed answer."""
    for answer in operation.good_answers:
        if answer.kind == "records" or answer.record is not None:
            return answered(answer.type if answer.record is None else answer.record)
    raise BlockError("stream: the operation documents no answer of records, such as application/x-ndjson", "stream")


def _decoder(kind: Type) -> str:
    return "nothing" if kind == NULL else answer_decoder(kind)


def _value(answer: Answer) -> Type:
    if answer.kind in _PLAIN:
        return _PLAIN[answer.kind]
    kind = answered(answer.type)
    return ListOf(kind) if answer.kind == "records" else kind


_PLAIN: dict[str, Type] = {"nothing": NULL, "text": Scalar("str"), "bytes": Scalar("bytes")}


def _peel(api: Api, whole: Type, value: Type, *, unwraps: bool) -> Literal["alone", "always"] | None:
    """An answer that declares a field `result`, or may have any field, keeps it."""
    if "result" in api.fields(whole) or isinstance(value, Anything | ObjectOf):
        return None
    objects = not unwraps and any(isinstance(option, ModelRef) for option in options(value))
    return "alone" if objects else "always"


def _required(api: Api, kind: Type) -> tuple[str, ...]:
    """Of a union, no field is sure to be there."""
    return tuple(field.wire for field in api.model(kind).fields if field.required) if isinstance(kind, ModelRef) else ()
