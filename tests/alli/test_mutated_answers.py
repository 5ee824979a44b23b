"""The answers of every method of the document, bent: in the other envelope, with nulls, without fields, with odd scalars and unknown fields.

The methods and their answers are taken from the document, as in test_every_method.py, so that a new operation is tested without a line
here. A bent answer is read, or refused by an AlliError that shows nothing of it; nothing else may happen.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from alli import AlliError

from tests.alli.client_kind import ClientKind
from tests.alli.test_every_method import DOCUMENT, METHODS, arguments_for, documented_answer, method_of
from tests.servers import Connection, ScriptedServer
from tests.spec.reading import Operation, resolve

ODD = "odd-7f3a"
"""What stands where something else was expected; in no error."""


ANSWERED = {
    name: found for name in METHODS if (found := documented_answer(METHODS[name][0], stream=False)[1]) is not ...
}
FREE_FORM = {name for name, found in ANSWERED.items() if found == {}}
"""Objects that may have any field, so that `result` may be one of theirs."""


class Service:
    """Answers each request with `.answer`."""

    def __init__(self) -> None:
        self.media_type = ""
        self.answer: Any = ...

    def __call__(self, connection: Connection) -> None:
        if connection.read_request():
            body = b"" if self.answer is ... else json.dumps(self.answer).encode() + b"\n"
            connection.respond(200, body, {"Content-Type": self.media_type})


class Caller:
    """One method, called with what it must have."""

    def __init__(self, name: str, kind: ClientKind, url: str) -> None:
        operation, block = METHODS[name]
        self._kind = kind
        self._method = method_of(kind.make(base_url=url, max_retries=0), name)
        self._arguments = arguments_for(self._method, operation, block, optional=False)

    async def call(self) -> Any:
        """What the method gives, a stream read to its end."""
        given = self._method(**self._arguments)
        if "Stream" not in type(given).__name__:
            return await self._kind.get(given)
        async with self._kind.entered(given) as stream:
            events = await self._kind.list(stream)
            return [getattr(event, "result", event) for event in events][-1]


@dataclass(frozen=True)
class Bent:
    how: str
    path: tuple[str | int, ...]
    answer: Any


def bent(answer: Any) -> Iterator[Bent]:
    """Each field of an answer, and each item of its lists, bent in each way."""
    for path in places(answer):
        for how in ("null", "missing", "odd"):
            changed = copy.deepcopy(answer)
            holder = changed
            for step in path[:-1]:
                holder = holder[step]
            if how == "missing":
                del holder[path[-1]]
            else:
                holder[path[-1]] = None if how == "null" else odd(holder[path[-1]])
            yield Bent(how, path, changed)


def odd(value: Any) -> Any:
    """What nobody expects in the place of this: a number for a text, an object for a number, a text for all else."""
    return 17 if isinstance(value, str) else {"odd": ODD} if isinstance(value, int | float) else ODD


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


def documented(name: str) -> tuple[str, Any]:
    """Media type and documented answer of a method. A record of a stream is one of the kind that holds a result."""
    _, block = METHODS[name]
    stream = "stream" in block and "Stream" in block.get("returns", "")
    media_type, whole = documented_answer(METHODS[name][0], stream=stream)
    if isinstance(whole, dict) and (stream or "stream" in media_type):
        whole = {key: value for key, value in whole.items() if key not in ("type", "content", "response_index")}
    return media_type, whole or {"limit": 3}


def frame(name: str) -> set[str]:
    """Fields around the value of a method, and those without which there is none, by what the document says."""
    operation, block = METHODS[name]
    page = block.get("pagination", {}).get("items", [])
    named = [*listed(block.get("unwrap", [])), *listed(page), *listed(block.get("result", {}).get("conversation", []))]
    handle = ["conversation", "id"] if "handle" in block else []
    return {
        "result",
        *handle,
        *(step for path in named for step in path.replace("[]", "").split(".")),
        *required(operation),
    }


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def required(operation: Operation) -> list[str]:
    """Fields that the schema of the good answer requires."""
    answers = operation.data["responses"]
    content = resolve(DOCUMENT, answers[min(key for key in answers if key.startswith("2"))]).get("content", {})
    found: list[str] = []
    for media in content.values():
        schema = media.get("schema", {})
        while "items" in (schema := resolve(DOCUMENT, schema)) or set(schema.get("properties", {})) == {"result"}:
            found += schema.get("required", [])
            schema = schema.get("items") or schema["properties"]["result"]
        found += schema.get("required", [])
    return found


def envelopes(whole: Any) -> list[Any]:
    """A documented answer in the other envelopes there are."""
    if isinstance(whole, dict) and set(whole) == {"result"}:
        return [whole["result"]]
    if isinstance(whole, list) and whole and isinstance(whole[0], dict) and set(whole[0]) == {"result"}:
        return [whole[0], [whole[0]["result"]], whole[0]["result"]]
    return [{"result": whole}]


def plain(value: Any) -> Any:
    """A result without what each call has for itself."""
    if hasattr(value, "items") and not isinstance(value, dict):
        return [plain(one) for one in value.items]
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not hasattr(value, "to_dict"):
        return getattr(value, "id", value)
    ours = {"request_id", "attempts", "raw", "response"}
    return {key: one for key, one in value.to_dict().items() if key not in ours}


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def server(service: Service) -> Iterator[ScriptedServer]:
    with ScriptedServer(service) as running:
        yield running


@pytest.mark.parametrize("name", ANSWERED)
async def test_a_bent_answer_is_read_or_refused_without_a_word_of_it(
    name: str, client_kind: ClientKind, service: Service, server: ScriptedServer
) -> None:
    service.media_type, whole = documented(name)
    caller = Caller(name, client_kind, server.url)
    refused: list[str] = []
    for each in bent(whole):
        service.answer = each.answer
        try:
            result = await caller.call()
        except AlliError as error:
            assert ODD not in str(error), each
            if each.path[-1] not in frame(name) and not isinstance(each.path[-1], int):
                refused.append(f"{each.how} {each.path}: {error}")
        else:
            plain(result)
            repr(result)
    assert refused == []


@pytest.mark.parametrize("name", sorted(ANSWERED.keys() - FREE_FORM))
async def test_an_answer_is_the_same_in_either_envelope(
    name: str, client_kind: ClientKind, service: Service, server: ScriptedServer
) -> None:
    service.media_type, whole = documented(name)
    caller = Caller(name, client_kind, server.url)
    service.answer = whole
    expected = plain(await caller.call())
    for service.answer in envelopes(whole):
        assert plain(await caller.call()) == expected, service.answer
