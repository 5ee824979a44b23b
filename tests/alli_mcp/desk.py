"""What the tests of `alli_mcp` share: a service with an app of each kind, a server of these apps, and how to reach it."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from alli import Alli, AsyncAlli
from alli_emulator import AppFailure, AppInput, AppRun, Emulator, FormField, Reply
from alli_mcp import create_server
from fastmcp import FastMCP

__all__ = ["MINE", "names", "on_the_wire", "over_http", "runs", "served", "service"]

MINE = ("Chat", "Shop", "Rewrite")


@contextmanager
def service() -> Iterator[Emulator]:
    """The service, with an app of each kind."""
    with Emulator(pace=0) as emulator:

        @emulator.app(name="Chat", type="campaign", description="Talks.")
        def chat(run: AppRun) -> Iterator[str]:
            if run.message == "fail":
                raise AppFailure("no such contract")
            yield f"turn {run.conversation.turn} "
            yield f"for {run.user_id or 'nobody'}: {run.message}"

        @emulator.app(name="Shop", type="campaign")
        def shop(run: AppRun) -> str | Reply:
            if run.choices:
                form = [FormField("place", "Place"), FormField("note", required=False)]
                return Reply(f"Number {run.choices[0]}. Where to?", form=form)
            return f"To {run.form['place']}" if run.form else Reply("What?", choices=["Lamp", "Chair"])

        @emulator.app(name="Rewrite", inputs=[AppInput("text", "Text")])
        def rewrite(run: AppRun) -> str:
            return f"Rewritten: {run.text_input('text')}"

        yield emulator


@asynccontextmanager
async def served(alli: Emulator, **settings: Any) -> AsyncIterator[FastMCP[Any]]:
    """A server of these apps."""
    keys: dict[str, Any] = {"api_key": alli.api_key, "base_url": alli.base_url, "max_retries": 0}
    with Alli(**keys) as client:
        async with AsyncAlli(**keys) as async_client:
            settings.setdefault("predicate", lambda app: app.name in MINE)
            yield create_server(client=client, async_client=async_client, **settings)


def runs(alli: Emulator) -> list[Any]:
    """The requests that ran an app."""
    return [request for request in alli.requests if request.method == "POST"]


def on_the_wire(thing: Any) -> dict[str, Any]:
    """As the protocol spells it; the libraries of its two eras spell attributes differently."""
    return thing.model_dump(by_alias=True, mode="json")  # type: ignore[no-any-return]


async def names(client: Any) -> dict[str, str]:
    """Display name → tool name."""
    return {tool.title: tool.name for tool in await client.list_tools()}


@asynccontextmanager
async def over_http(server: FastMCP[Any]) -> AsyncIterator[str]:
    """The server's address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        http = uvicorn.Server(uvicorn.Config(server.http_app(), log_level="error"))
        thread = threading.Thread(target=http.run, args=([taken],))
        thread.start()
        try:
            while not http.started:
                await asyncio.sleep(0.01)
            yield f"http://127.0.0.1:{taken.getsockname()[1]}/mcp"
        finally:
            http.should_exit = True
            await asyncio.to_thread(thread.join)
