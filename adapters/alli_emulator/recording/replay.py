"""Recorded exchanges answered again, with their pauses."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from pathlib import Path

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from alli_emulator.faults.fault_injection import AnswerCut
from alli_emulator.recording.cassette import RecordedAnswer, RecordedExchange, read_folder
from alli_emulator.recording.incoming import request_of
from alli_emulator.requests.exchange import Exchange
from alli_emulator.wire.refusals import Refusal

__all__ = ["Replay", "ReplayedAnswer"]

_REPEATED = ("GET", "HEAD")
"""Requests that may be answered more often than they were recorded. Another one would have done something each time."""


class Replay:
    """The exchanges of a folder. One that was recorded several times is answered in that order; a GET goes on with the last.

    Args:
        folder: as `python -m alli_emulator record` has filled it.
        speed: pauses are as long as recorded, divided by this; `math.inf` leaves them out.

    Raises:
        RecordingError: the folder can't be read.
        ValueError: `speed` is not above 0.
    """

    def __init__(self, folder: Path, speed: float = 1.0) -> None:
        if not speed > 0:
            raise ValueError("speed must be above 0; 1 is as recorded, 10 ten times as fast, inf without pauses")
        self._speed = speed
        self._exchanges: Sequence[RecordedExchange] = read_folder(folder)
        # Mutable: the exchanges that were answered.
        self._answered: set[int] = set()

    def rewind(self) -> None:
        """As at the start."""
        self._answered.clear()

    def answer(self, exchange: Exchange) -> Response:
        """The recorded answer to a request.

        Raises:
            Refusal: nothing of it was recorded, or less often than it was asked.
        """
        request = request_of(exchange)
        same = [index for index, one in enumerate(self._exchanges) if not one.request.differences(request)]
        left = [index for index in same if index not in self._answered]
        if left:
            self._answered.add(left[0])
            return ReplayedAnswer(self._exchanges[left[0]].answer, self._speed)
        if same and request.method in _REPEATED:
            return ReplayedAnswer(self._exchanges[same[-1]].answer, self._speed)
        if same:
            told = f"was recorded {len(same)} time(s), and is asked once more"
        else:
            told = self._nearest(exchange)
        raise Refusal(501, {"detail": f"replay: {exchange.method} {exchange.record.printable_path} {told}"})

    def _nearest(self, exchange: Exchange) -> str:
        request = request_of(exchange)
        there = [
            one.request
            for one in self._exchanges
            if (one.request.method, one.request.path) == (request.method, request.path)
        ]
        if not there:
            return "was not recorded"
        nearest = min((one.differences(request) for one in there), key=len)
        return f"was not recorded like this; the nearest one differs in {', '.join(nearest)}"


class ReplayedAnswer(Response):
    """A recorded answer, sent piece by piece."""

    def __init__(self, answer: RecordedAnswer, speed: float) -> None:
        self.status_code = answer.status
        self.background = None
        self._answer = answer
        self._speed = speed
        self.init_headers(answer.headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._wait(self._answer.pause)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for pause, data in self._answer.chunks:
            await self._wait(pause)
            await send({"type": "http.response.body", "body": data, "more_body": True})
        if self._answer.cut:
            raise AnswerCut("close")
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _wait(self, seconds: float) -> None:
        # A wait of nothing lets the loop write each piece by itself.
        await asyncio.sleep(0 if math.isinf(self._speed) else seconds / self._speed)
