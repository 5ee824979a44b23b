"""A web service over one shared client: identity per request, answers as server-sent events, and a browser that leaves ends the run."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import alli
import fastapi
import uvicorn
from alli import AsyncAlli
from fastapi.responses import StreamingResponse

from tests.alli.streams import good, record, starting
from tests.answers import give_app, silent
from tests.servers import ScriptedServer


def program(base_url: str) -> fastapi.FastAPI:
    """The service under test, as a reader of the guides would write it."""

    @asynccontextmanager
    async def lifespan(app: fastapi.FastAPI) -> AsyncIterator[None]:
        async with AsyncAlli(api_key="k", base_url=base_url) as client:
            app.state.alli = client
            yield

    app = fastapi.FastAPI(lifespan=lifespan)

    @app.get("/apps/{app_id}")
    async def one(app_id: str, request: fastapi.Request) -> alli.App:
        client: AsyncAlli = request.app.state.alli
        return await client.apps.get(app_id)

    @app.get("/chat")
    async def chat(question: str, user: str, request: fastapi.Request) -> StreamingResponse:
        client: AsyncAlli = request.app.state.alli.with_options(user_id=user)

        async def events() -> AsyncIterator[str]:
            async with client.apps.stream_conversation("a1", question) as stream:
                async for event in stream:
                    yield f"event: {event.type}\ndata: {event.to_json()}\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    return app


@contextmanager
def serving(app: fastapi.FastAPI) -> Iterator[int]:
    """The port of a real server that runs the program in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()


def test_an_app_is_given_as_json_and_each_request_has_its_own_identity() -> None:
    with ScriptedServer(give_app) as service, serving(program(service.url)) as port:
        browser = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        browser.request("GET", "/apps/a1")
        assert json.loads(browser.getresponse().read()) == {"id": "a1", "name": "One"}
        browser.close()
    with ScriptedServer(good) as service, serving(program(service.url)) as port:
        for user in ("emp-7", "emp-8"):
            browser = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            browser.request("GET", f"/chat?question=hi&user={user}")
            lines = browser.getresponse().read().decode().split("\n\n")
            browser.close()
            events = [json.loads(line.partition("data: ")[2]) for line in lines if line]
            assert [event["type"] for event in events] == [
                "conversation.started",
                "text.delta",
                "text.delta",
                "completed",
            ]
            assert events[-1]["result"]["text"] == "안녕하세요"
    assert [request.headers["own-user-id"] for request in service.requests] == ["emp-7", "emp-8"]
    assert len(service.connections) == 1


def test_a_browser_that_leaves_ends_the_run() -> None:
    with ScriptedServer(starting(record("안녕"), then=silent)) as service, serving(program(service.url)) as port:
        browser = socket.create_connection(("127.0.0.1", port), timeout=10)
        browser.sendall(b"GET /chat?question=hi&user=emp-7 HTTP/1.1\r\nHost: x\r\n\r\n")
        came = b""
        while b"text.delta" not in came:
            came += browser.recv(65536)
        browser.close()
        assert service.connections[0].wait_until_peer_closes()
        service.release.set()
