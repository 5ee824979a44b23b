"""Answers that a test writes itself: `alli.answer(method, path, json=...)`."""

from __future__ import annotations

import difflib
import inspect
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TypeAlias, cast
from urllib.parse import unquote

from anyio import to_thread
from starlette.responses import Response

from alli_emulator.apps.checks import check_takes_one
from alli_emulator.contract.operations import METHODS, Operation, Operations, PathTemplate
from alli_emulator.contract.problems import Problem
from alli_emulator.contract.validation import Contract
from alli_emulator.requests.record import RequestRecord
from alli_emulator.wire.record_stream import MEDIA_TYPE, RecordStream
from alli_emulator.wire.wire_json import dumps, loads

__all__ = ["NOT_GIVEN", "Body", "HandMadeAnswer", "HandMadeAnswers", "NotGiven", "Source"]


class NotGiven:
    """The type of `NOT_GIVEN`: no JSON value, where None is the JSON value null."""

    def __repr__(self) -> str:
        return "NOT_GIVEN"

    def __bool__(self) -> bool:
        return False


NOT_GIVEN = NotGiven()

Source: TypeAlias = object | Callable[[RequestRecord], object]
"""A value, or a function of the request that gives one. The function runs once per request, in a thread unless it is
`async`; what it raises becomes a 500 and is reported by `Emulator.verify`. One for `records` may yield them."""


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent. Exactly one of the three, or none; see `Emulator.answer`."""

    json: Source = field(default=NOT_GIVEN, repr=False)
    records: Source = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HandMadeAnswer:
    """What to answer to one operation, or to one path of it.

    Attributes:
        operation: None where the operation is not documented.
        checked: whether the answer is held against the document.
        headers: names in lower case.
    """

    method: str
    path: str
    operation: Operation | None
    checked: bool
    status: int
    headers: Mapping[str, str]
    body: Body

    @property
    def media_type(self) -> str | None:
        """The answer's content type; None for an answer without a body."""
        if "content-type" in self.headers:
            return self.headers["content-type"].partition(";")[0].strip().lower()
        if not isinstance(self.body.json, NotGiven):
            return "application/json"
        if self.body.records is not None:
            return MEDIA_TYPE
        return None if self.body.content is None else "application/octet-stream"

    def problems(self, contract: Contract, value: object) -> list[Problem]:
        """What of a value to send breaks the document: a JSON body, or one record of a stream."""
        if not self.checked or self.operation is None:
            return []
        return contract.answer_problems(self.operation.id, self.status, self.media_type or "", value)

    async def response(self, request: RequestRecord, check: Callable[[object], None], pace: float) -> Response:
        """The answer to one request. `check` is called with each JSON value before it is sent."""
        body, headers = self.body, self.headers
        if body.records is not None:
            source = await _value_of(body.records, request)
            return RecordStream(_checked(source, check), pace, self.status, headers)
        if not isinstance(body.json, NotGiven):
            value = await _value_of(body.json, request)
            check(value)
            return Response(dumps(value), self.status, {"content-type": "application/json", **headers})
        return Response(body.content or b"", self.status, headers, media_type=self.media_type)


class HandMadeAnswers:
    """All answers that were written by hand; a later one for the same path takes the place of an earlier one."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, str], HandMadeAnswer] = {}
        self._templates: dict[tuple[str, str], PathTemplate] = {}

    def add(
        self, method: str, path: str, body: Body, status: int, headers: Mapping[str, str], *, undocumented: bool
    ) -> None:
        """Takes an answer, after it was checked; see `Emulator.answer`.

        Raises:
            ValueError: the document has no such operation, or what can be seen of the answer breaks it.
            TypeError: more than one body, or a function that does not take one argument.
        """
        if (body.json is not NOT_GIVEN) + (body.records is not None) + (body.content is not None) > 1:
            raise TypeError("answer: give one of json, records and content")
        method = method.upper()
        operation = _operation_named(self._contract.operations, method, path, undocumented=undocumented)
        lower = {name.lower(): value for name, value in headers.items()}
        answer = HandMadeAnswer(method, unquote(path), operation, not undocumented, status, lower, body)
        self._check(answer)
        template = PathTemplate(answer.path)
        key = method, template.shape
        with self._lock:
            self._answers[key] = answer
            self._templates[key] = template

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._answers.clear()

    def find(self, method: str, path: str) -> HandMadeAnswer | None:
        """The answer for a decoded path: one for exactly this path, else one for a template that matches."""
        with self._lock:
            found = [
                (self._templates[key], answer)
                for key, answer in self._answers.items()
                if key[0] == method and self._templates[key].parameters_in(path) is not None
            ]
        return max(found, key=lambda pair: pair[0].literal_length, default=(None, None))[1]

    def paths(self) -> list[tuple[str, str]]:
        """Method and path of each."""
        with self._lock:
            return [(one.method, one.path) for one in self._answers.values()]

    def operations(self) -> set[str]:
        """The operationIds that are served by hand for every path."""
        with self._lock:
            return {
                one.operation.id
                for key, one in self._answers.items()
                if one.operation and key[1] == PathTemplate(one.operation.path).shape
            }

    def _check(self, answer: HandMadeAnswer) -> None:
        for source in (answer.body.json, answer.body.records):
            if callable(source):
                check_takes_one(source, "answer", "the RequestRecord", "request")
        values: Sequence[object] = ()
        records: object = answer.body.records
        if not callable(answer.body.json) and not isinstance(answer.body.json, NotGiven):
            values = [answer.body.json]
        elif isinstance(records, list | tuple):
            values = cast("Sequence[object]", records)
        elif answer.body.content is not None:
            # Of bytes, the document has only the content type to say, unless they are JSON.
            values = [loads(answer.body.content) if answer.media_type == "application/json" else ""]
        elif answer.media_type is None:
            values = [None]
        for value in values:
            dumps(value)
            if problems := answer.problems(self._contract, value):
                told = "; ".join(map(str, problems))
                raise ValueError(
                    f"answer: {told}, as the API document says of {answer.operation}; pass undocumented=True to send it anyway"
                )


def _operation_named(operations: Operations, method: str, path: str, *, undocumented: bool) -> Operation | None:
    """The documented operation of a method and path; None where there is none and that is allowed.

    Raises:
        ValueError: there is none; the message lists the nearest.
    """
    if method not in METHODS:
        raise ValueError(f"answer: method must be one of {', '.join(METHODS)}, not {method!r}")
    if not path.startswith("/"):
        raise ValueError(f"answer: path must begin with a slash, like /webapi/v2/apps, not {path!r}")
    found = operations.written_as(method, path)
    if found is not None or undocumented:
        return found
    near = difflib.get_close_matches(f"{method} {unquote(path)}", [str(one) for one in operations], n=3, cutoff=0.5)
    nearest = f"; the nearest are {', '.join(near)}" if near else ""
    raise ValueError(f"answer: {method} {path} is not documented{nearest}. Pass undocumented=True to serve it anyway")


async def _value_of(source: Source, request: RequestRecord) -> object:
    if not callable(source):
        return source
    if inspect.iscoroutinefunction(source):
        return await source(request)
    return await to_thread.run_sync(source, request, abandon_on_cancel=True)


async def _checked(records: object, check: Callable[[object], None]) -> AsyncGenerator[object, None]:
    async with aclosing(_each(records)) as each:
        async for record in each:
            check(record)
            yield record


async def _each(records: object) -> AsyncGenerator[object, None]:
    """Each of the records; one that blocks until it is there keeps a thread, not the server."""
    if isinstance(records, AsyncGenerator):
        async with aclosing(cast("AsyncGenerator[object, None]", records)) as later:
            async for record in later:
                yield record
        return
    given = cast("Iterable[object]", records)
    if isinstance(given, list | tuple):
        for record in given:
            yield record
        return
    iterator = iter(given)
    while (record := await to_thread.run_sync(next, iterator, NOT_GIVEN, abandon_on_cancel=True)) is not NOT_GIVEN:
        yield record
