"""What the error of a stream tells beyond its class: the record that can't be read, and whether anything was sent."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable

import pytest
from alli import StreamDecodeError, StreamInterruptedError, StreamTruncatedError
from alli._stream.ndjson import Reader

from tests.alli.client_kind import ClientKind
from tests.servers import Connection, ScriptedServer

GOOD = json.dumps({"result": {"responses": [{"id": "m", "message": "Part"}]}}).encode() + b"\n"


def _streamed(body: bytes) -> Callable[[Connection], None]:
    def answer(connection: Connection) -> None:
        if connection.read_request() is not None:
            connection.start(200, {"Content-Type": "application/stream+json"})
            connection.chunk(body)
            connection.end()

    return answer


async def _failure(client_kind: ClientKind, body: bytes) -> StreamDecodeError:
    with ScriptedServer(_streamed(body)) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(StreamDecodeError) as caught:
            await client_kind.get(client.apps.run_conversation("a", "Hello"))
    return caught.value


async def test_a_record_that_is_not_json_is_on_its_error_with_its_number(client_kind: ClientKind) -> None:
    error = await _failure(client_kind, GOOD + GOOD + b"{oops}\n" + GOOD)
    assert error.index == 2
    assert error.raw.startswith(b"{oops}")
    assert "oops" not in str(error)
    assert error.partial is not None and error.partial.text == "Part"


async def test_a_record_that_is_cut_off_is_on_its_error_with_its_number(client_kind: ClientKind) -> None:
    error = await _failure(client_kind, GOOD + b'{"result": {"resp')
    assert isinstance(error, StreamTruncatedError)
    assert (error.index, error.raw) == (1, b'{"result": {"resp')


async def test_of_a_bad_record_no_more_than_its_first_thousand_bytes_are_kept(client_kind: ClientKind) -> None:
    error = await _failure(client_kind, GOOD + b"{" + b"x" * 5000 + b"\n")
    assert error.raw == b"{" + b"x" * 999


async def test_the_record_is_still_there_on_a_copy_of_its_error(client_kind: ClientKind) -> None:
    error = await _failure(client_kind, GOOD + b"{oops}\n")
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert (again.index, again.raw) == (error.index, error.raw) == (1, b"{oops}\n")


def test_the_beginning_of_a_record_that_is_too_large_is_kept() -> None:
    reader = Reader(max_record_bytes=100)
    for chunk in (b'{"a": "', b"b" * 60, b"c" * 60):
        assert list(reader.read(chunk)) == []
    assert reader.error is not None
    assert reader.error.raw == b'{"a": "' + b"b" * 60 + b"c" * 60
    assert pickle.loads(pickle.dumps(reader.error)).raw == reader.error.raw


@pytest.mark.parametrize("bad", [b'{"a"', b"nope", b"\xff\xfe", b"{]"], ids=["cut", "no JSON", "no text", "wrong"])
def test_the_bytes_kept_are_those_of_the_bad_record_alone(bad: bytes) -> None:
    reader = Reader()
    assert len([*reader.read(GOOD + bad), *reader.read_end()]) == 1
    assert reader.error is not None
    assert (reader.error.index, reader.error.raw) == (1, bad)


async def test_a_stream_closed_before_it_was_opened_has_sent_nothing_and_says_so(client_kind: ClientKind) -> None:
    with ScriptedServer(_streamed(GOOD)) as server:
        stream = client_kind.make(base_url=server.url).apps.stream_conversation("a", "Hello")
        await client_kind.close(stream)
        with pytest.raises(StreamInterruptedError, match="nothing was sent") as caught:
            await client_kind.get(stream.result())
        assert not server.requests
    assert not caught.value.request_sent
    assert not caught.value.outcome_unknown
    assert caught.value.partial is not None


async def test_a_stream_closed_while_it_is_read_may_have_run_the_app_and_says_so(client_kind: ClientKind) -> None:
    with ScriptedServer(_streamed(GOOD)) as server:
        stream = client_kind.make(base_url=server.url).apps.stream_conversation("a", "Hello")
        async with client_kind.entered(stream):
            pass
        with pytest.raises(StreamInterruptedError, match="may have been carried out") as caught:
            await client_kind.get(stream.result())
    assert caught.value.request_sent
    assert caught.value.outcome_unknown


def test_a_dump_of_the_error_shows_no_byte_of_the_record() -> None:
    reader = Reader()
    assert list(reader.read(b"secret\n")) == []
    assert reader.error is not None
    assert repr(reader.error.raw) == "<7 bytes>"
    assert "secret" not in repr(vars(reader.error))
