"""Answers that a test writes itself: `alli.answer(method, path, json=...)`."""

from __future__ import annotations

import difflib
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast
from urllib.parse import unquote

from anyio import to_thread
from starlette.responses import Response

from alli_emulator.contract.operations import METHODS, Operation, Operations, PathTemplate
from alli_emulator.contract.problems import Problem
from alli_emulator.contract.validation import Contract
from alli_emulator.requests.record import RequestRecord
from alli_emulator.wire.record_stream import MEDIA_TYPE, RecordStream
from alli_emulator.wire.wire_json import dumps, loads

__all__ = ["NOT_GIVEN", "HandMadeAnswer", "HandMadeAnswers", "NotGiven", "Source", "operation_named"]


class NotGiven:
    """The type of `NOT_GIVEN`: no JSON value, where None is the JSON value null."""

    def __repr__(self) -> str:
        return "NOT_GIVEN"

    def __bool__(self) -> bool:
        return False


NOT_GIVEN = NotGiven()

Source: TypeAlias = object | Callable[[RequestRecord], object]
"""A value, or a function of the request that gives one. The function runs in a thread, once per request; what it raises
becomes a 500 and is reported by `Emulator.verify`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandMadeAnswer:
    """What to answer to one operation, or to one path of it. Exactly one of `json`, `records` and `content`, or none.

    Attributes:
        operation: None where the operation is not documented.
        checked: whether the answer is held against the document.
        json, records, content: see `Emulator.answer`.
    """

    method: str
    path: str
    operation: Operation | None
    checked: bool
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    json: Source = field(default=NOT_GIVEN, repr=False)
    records: Source = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)

    @property
    def media_type(self) -> str | None:
        """The answer's content type; None for an answer without a body."""
        for name, value in self.headers.items():
            if name.lower() == "content-type":
                return value.partition(";")[0].strip().lower()
        if not isinstance(self.json, NotGiven):
            return "application/json"
        if self.records is not None:
            return MEDIA_TYPE
        return None if self.content is None else "application/octet-stream"

    def problems(self, contract: Contract, value: object) -> list[Problem]:
        """What of a value to send breaks the document: a JSON body, or one record of a stream."""
        if not self.checked or self.operation is None:
            return []
        return contract.answer_problems(self.operation.id, self.status, self.media_type or "", value)

    async def response(self, request: RequestRecord, check: Callable[[object], None], pace: float) -> Response:
        """The answer to one request. `check` is called with each JSON value before it is sent."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.records is not None:
            source = await _value_of(self.records, request)
            return RecordStream(_checked(cast("Iterable[Any]", source), check), pace, self.status, headers)
        if not isinstance(self.json, NotGiven):
            value = await _value_of(self.json, request)
            check(value)
            return Response(dumps(value), self.status, {"content-type": "application/json", **headers})
        return Response(self.content or b"", self.status, headers, media_type=self.media_type)


class HandMadeAnswers:
    """All answers that were written by hand; a later one for the same path takes the place of an earlier one."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, str], HandMadeAnswer] = {}
        self._templates: dict[tuple[str, str], PathTemplate] = {}

    def add(self, answer: HandMadeAnswer) -> None:
        """Takes an answer, after it was checked.

        Raises:
            ValueError: what can be seen of it already breaks the document.
        """
        values: Sequence[object] = ()
        records: object = answer.records
        if not callable(answer.json) and not isinstance(answer.json, NotGiven):
            values = [answer.json]
        elif isinstance(records, list | tuple):
            values = cast("Sequence[object]", records)
        elif answer.content is not None:
            # Of bytes, the document has only the content type to say, unless they are JSON.
            values = [loads(answer.content) if answer.media_type == "application/json" else ""]
        elif answer.media_type is None:
            values = [None]
        for value in values:
            dumps(value)
            if problems := answer.problems(self._contract, value):
                told = "; ".join(map(str, problems))
                raise ValueError(
                    f"answer: {told}, says the document of {answer.operation}; pass undocumented=True to send it anyway"
                )
        key = answer.method, PathTemplate(answer.path).shape
        with self._lock:
            self._answers.pop(key, None)
            self._answers[key] = answer
            self._templates[key] = PathTemplate(answer.path)

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


def operation_named(operations: Operations, method: str, path: str, *, undocumented: bool) -> Operation | None:
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
    nearest = f"; near to it are {', '.join(near)}" if near else ""
    raise ValueError(f"answer: {method} {path} is not documented{nearest}. Pass undocumented=True to serve it anyway")


async def _value_of(source: Source, request: RequestRecord) -> object:
    return await to_thread.run_sync(source, request) if callable(source) else source


async def _checked(records: Iterable[Any], check: Callable[[object], None]) -> AsyncGenerator[object, None]:
    for record in records:
        check(record)
        yield record
