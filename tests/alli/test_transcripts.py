"""Every transcript gives the same events, however its bytes arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import pairwise
from typing import Any

import httpx
import pytest
from alli import AlliError
from alli._calls.operations import Operation
from alli._stream.ndjson import Reader, RecordError
from alli.events import RunEvent
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alli.client_kind import ClientKind
from tests.alli.transcript_corpus import TRANSCRIPTS, Transcript, as_lists

every_transcript = pytest.mark.parametrize("transcript", TRANSCRIPTS.values(), ids=TRANSCRIPTS.keys())


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives in these pieces."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


def read(transcript: Transcript, pieces: Sequence[bytes]) -> tuple[list[list[object]], list[str], str | None]:
    """Events, texts and error by the plain parts alone."""
    reader = Reader()
    accumulator = transcript.accumulator()
    events: list[RunEvent] = []
    error = None
    try:
        for piece in pieces:
            events += accumulator.feed(reader.feed(piece))
            if accumulator.error is not None:
                break
        else:
            events += accumulator.feed(reader.flush())
        if accumulator.error is not None:
            error = "AppError"
        elif reader.error is not None:
            raise reader.error
        else:
            events += accumulator.finish()
    except RecordError as bad:
        error = "StreamTruncatedError" if bad.incomplete else "StreamDecodeError"
    result = accumulator.result()
    assert result.conversation_id == transcript.conversation_id
    return as_lists(events), [message.text for message in result.messages], error


def expected(transcript: Transcript) -> tuple[list[list[object]], list[str], str | None]:
    return transcript.events, transcript.texts, transcript.error


@every_transcript
def test_a_transcript_gives_its_events(transcript: Transcript) -> None:
    assert read(transcript, [transcript.data]) == expected(transcript)


@every_transcript
def test_a_transcript_gives_its_events_byte_by_byte(transcript: Transcript) -> None:
    pieces = [transcript.data[place : place + 1] for place in range(len(transcript.data))]
    assert read(transcript, pieces) == expected(transcript)


@every_transcript
def test_a_transcript_gives_its_events_cut_at_any_byte(transcript: Transcript) -> None:
    for cut in range(len(transcript.data) + 1):
        pieces = [transcript.data[:cut], transcript.data[cut:]]
        assert read(transcript, pieces) == expected(transcript), f"cut at {cut}"


@every_transcript
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_transcript_gives_its_events_cut_anyhow(transcript: Transcript, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(transcript.data)), max_size=12)))
    edges = [0, *cuts, len(transcript.data)]
    pieces = [transcript.data[start:end] for start, end in pairwise(edges)]
    assert read(transcript, pieces) == expected(transcript)


@every_transcript
async def test_a_stream_object_gives_the_same_events_for_each_cut(
    client_kind: ClientKind, transcript: Transcript
) -> None:
    pieces: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": transcript.content_type}, stream=Chunks(pieces))

    client = client_kind.mocked(answer)
    accumulator = transcript.accumulator
    operation = Operation("answers.stream", id="answers", result=accumulator.args[0], stream=accumulator.args[1])
    for cut in range(len(transcript.data) + 1):
        pieces[:] = [transcript.data[:cut], transcript.data[cut:]]
        events: list[RunEvent] = []
        error = None
        result: Any = None
        stream: Any = client.apps._transport.stream(operation, {"method": "post", "url": "/webapi/answers"})
        async with client_kind.entered(stream):
            try:
                async for event in client_kind.each(stream):
                    events.append(event)
                result = await client_kind.get(stream.result())
            except AlliError as raised:
                error = type(raised).__name__
                result = vars(raised)["partial"]
        assert (as_lists(events), [message.text for message in result.messages], error) == expected(transcript)
        assert stream.complete == (error is None)
