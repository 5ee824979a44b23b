"""The recorded-style streams in transcripts/, each with what is to come of it.

`x.stream` holds the bytes, `x.json` what they mean: `format` (run or delta), `content_type`, the `events`, the `texts` of the
messages at the end, `conversation_id`, and `error`, the class of the error that ends it or null. All ids and texts are invented.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from alli._json.result_format import ResultFormat
from alli._json.result_formats import RUN_RESULT
from alli._stream.accumulator import Accumulator
from alli.events import Completed, ConversationStarted, RunEvent, TextDelta, TextReplaced

__all__ = ["ANSWER", "DELTA", "RUN", "TRANSCRIPTS", "Transcript", "as_lists"]

RUN = partial(Accumulator, RUN_RESULT, "snapshot")
ANSWER = ResultFormat(
    text=("answer",),
    citations=("clues", "citations"),
    conversation_id=("threadId", "thread_id"),
    citation=RUN_RESULT.citation,
)
DELTA = partial(Accumulator, ANSWER, "delta")


@dataclass(frozen=True)
class Transcript:
    name: str
    data: bytes
    accumulator: partial[Accumulator]
    content_type: str
    events: list[list[object]]
    texts: list[str]
    conversation_id: str | None
    error: str | None


def as_lists(events: Iterable[RunEvent]) -> list[list[object]]:
    """Events in the form the transcripts have them in."""
    lists: list[list[object]] = []
    for event in events:
        match event:
            case ConversationStarted():
                lists.append(["started", event.conversation_id])
            case TextDelta():
                lists.append(["delta", event.index, event.text])
            case TextReplaced():
                lists.append(["replaced", event.index, event.text])
            case Completed():
                lists.append(["completed"])
    return lists


def _load() -> Iterable[Transcript]:
    for path in sorted((Path(__file__).parent / "transcripts").glob("*.stream")):
        told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        yield Transcript(
            name=path.stem,
            data=path.read_bytes(),
            accumulator=DELTA if told["format"] == "delta" else RUN,
            content_type=told["content_type"],
            events=told["events"],
            texts=told["texts"],
            conversation_id=told["conversation_id"],
            error=told["error"],
        )


TRANSCRIPTS = {transcript.name: transcript for transcript in _load()}
