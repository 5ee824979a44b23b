"""What a facade method gives: its kind, its type, and the code that reads the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from generator.facade.offers import BlockError, Offer
from generator.model.api import Answer, Api, Operation
from generator.model.blocks import RECORDS, STREAMS, Pagination
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
    operation, block, method = offer.operation, offer.block, offer.method
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
    return _by_status(offer, good[0]) if block.pagination is None else _page(offer.api, block.pagination, good[0].type)


def _page(api: Api, pagination: Pagination, kind: Type) -> Returned:
    items = items_in([api.unwrapped(kind, pagination.items) or NULL])
    if not items:
        message = f"pagination.items: the 200 answer has no list {pagination.items[0]!r}"
        raise BlockError(message, "pagination", "items")
    item = answered(items[0])
    required = tuple(name for name in _required(api, kind) if name in pagination.items)
    return Returned("page", "AsyncPager", item, answer_decoder(item, item=True), required=required)


def _by_status(offer: Offer, good: Answer) -> Returned:
    """The value of the answer `good`, or what another status documents."""
    api, unwrap = offer.api, offer.block.unwrap
    kinds: dict[str, Type] = {answer.status: _value(answer) for answer in offer.operation.good_answers}
    peel = None
    if good.kind == "json":
        whole = api.unwrapped(good.type, unwrap) if unwrap else good.type
        if whole is None:
            raise BlockError(f"the 200 answer has no property {unwrap[0]!r}")
        kinds[good.status] = answered(whole)
        peel = _peel(api, good.type, kinds[good.status], unwraps=bool(unwrap))
    main = kinds[good.status]
    decode = _decoder(main)
    for status, other in kinds.items():
        # A range has no single status, and holds what its single statuses don't.
        if other != main and status.isdigit():
            decode = f"ByStatus({status}, {_decoder(other)}, {decode})"
    every = union([main, *kinds.values()])
    required = _required(api, every) if good.kind == "json" else ()
    return Returned("value", type=every, decode=decode, form=good.kind, peel=peel, required=required)


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
