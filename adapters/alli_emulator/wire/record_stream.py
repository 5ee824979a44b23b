"""Streamed answers: newline-separated JSON records, each written by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from alli_emulator.wire.wire_json import dumps

__all__ = ["MEDIA_TYPE", "RecordStream"]

MEDIA_TYPE = "application/stream+json"
"""What the service sends; it is not SSE."""


class RecordStream(Response):
    """An answer whose records go out as they come, `pace` seconds apart."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        records: AsyncGenerator[object, None],
        pace: float,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status_code = status
        self.background = None
        self._records = records
        self._pace = pace
        # Starlette's way of setting raw_headers; there is no length, so the answer is chunked.
        self.init_headers({"content-type": MEDIA_TYPE, **(headers or {})})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        first = True
        async with aclosing(self._records):
            async for record in self._records:
                if not first:
                    await asyncio.sleep(self._pace)
                first = False
                await send({"type": "http.response.body", "body": dumps(record) + b"\n", "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
