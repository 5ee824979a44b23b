"""What the HTTP library quotes of an answer that is not HTTP, or of the URL, is in no text of an error or of what it came from."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable

import alli
import pytest

from tests.servers import Connection, ScriptedServer

SECRET, QUERY = "CANARY-of-the-answer", "CANARY-of-the-query"

HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

BROKEN = {
    "status line": f"HTTP/9.9 {SECRET}\r\n\r\n",
    "header": f"HTTP/1.1 200 OK\r\nX Y: {SECRET}\r\n\r\n",
    "chunk": f"{HEAD}Transfer-Encoding: chunked\r\n\r\n{SECRET}\r\n",
    "length": f"{HEAD}Content-Length: {SECRET}\r\n\r\n",
}


def answering(text: str) -> Callable[[Connection], None]:
    def answer(connection: Connection) -> None:
        connection.read_request()
        connection.send(text.encode())
        connection.close()

    return answer


def texts(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error)


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_quoted_nowhere(text: str) -> None:
    with (
        ScriptedServer(answering(text)) as server,
        alli.Alli(api_key="k", base_url=server.url, max_retries=0) as client,
        pytest.raises(alli.APIConnectionError) as caught,
    ):
        client.apps.list(search_term=QUERY)
    assert SECRET not in texts(caught.value)
    assert QUERY not in texts(caught.value)


@pytest.mark.parametrize("engine", ["httpx", "aiohttp"])
@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_quoted_nowhere_by_the_async_engines(text: str, engine: str) -> None:
    async def call(url: str) -> None:
        http = alli.aiohttp_client() if engine == "aiohttp" else None
        async with alli.AsyncAlli(api_key="k", base_url=url, max_retries=0, http_client=http) as client:
            await client.apps.list(search_term=QUERY)

    with ScriptedServer(answering(text)) as server, pytest.raises(alli.APIConnectionError) as caught:
        asyncio.run(call(server.url))
    assert SECRET not in texts(caught.value)
    assert QUERY not in texts(caught.value)
