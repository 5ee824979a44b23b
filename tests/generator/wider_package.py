"""The package made of the wider API, and a call of it over a socket."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.servers import Connection, ScriptedServer, SentRequest

__all__ = ["Wider"]

Call = Callable[[Any], Any]


class Wider:
    """The package, the merged document, and the warnings of the generation."""

    def __init__(self, package: ModuleType, output: Path, warnings: list[str]) -> None:
        self.package = package
        self.document: dict[str, Any] = json.loads((output / "alli" / "openapi.json").read_text("utf-8"))
        self.reference = (output / "reference.md").read_text("utf-8")
        self.warnings = warnings

    def method(self, name: str) -> Any:
        resource, _, method = name.partition(".")
        return getattr(getattr(self.package.Alli(api_key="k"), resource), method)

    def call(self, kind: str, call: Call, *answers: Any, **options: Any) -> tuple[Any, list[SentRequest]]:
        """What a call gives, read to its end, and the requests that it makes; the last answer is given to all that follow."""
        waiting = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in answers] or [b""]

        def answer(connection: Connection) -> None:
            if connection.read_request():
                body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                like_json = body[:1] in b'{["' or not body
                connection.respond(200, body, {} if like_json else {"Content-Type": "application/octet-stream"})

        async def asynchronous(url: str) -> Any:
            async with self.package.AsyncAlli(api_key="k", base_url=url, max_retries=0, **options) as client:
                given = call(client)
                given = await given if inspect.isawaitable(given) else given
                if hasattr(given, "save"):
                    return await given.read()
                return [record async for record in given] if hasattr(given, "__anext__") else given

        with ScriptedServer(answer) as server:
            if kind == "async":
                return asyncio.run(asynchronous(server.url)), server.requests
            with self.package.Alli(api_key="k", base_url=server.url, max_retries=0, **options) as client:
                given = call(client)
                if hasattr(given, "save"):
                    given = given.read()
                elif hasattr(given, "__next__"):
                    given = list(given)
                return given, server.requests
