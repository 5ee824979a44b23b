"""A client that was made, and used, before its process forked: servers that load an application once and then fork have such."""

from __future__ import annotations

import asyncio
import json
import os
import warnings

import pytest
from alli import Alli, AsyncAlli, DeadlineExceededError, StreamInterruptedError

from tests.alli.streams import HEADERS, record
from tests.servers import Connection, ScriptedServer

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]


def _named_as_asked(connection: Connection) -> None:
    request = connection.read_request()
    if request is not None:
        connection.respond(200, json.dumps({"id": "a", "name": request.path.rpartition("/")[2]}).encode())


def _in_child(client: Alli, app_id: str) -> int:
    """0 where a forked process gets the app it asks for; its exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if client.apps.get(app_id).name == app_id else 2
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("proxies", [False, True], ids=["direct", "proxies in the environment"])
def test_a_forked_process_takes_no_connection_of_its_parents(proxies: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if proxies:
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with ScriptedServer(_named_as_asked) as server, Alli(api_key="k", base_url=server.url) as client:
        assert client.apps.get("parents").name == "parents"
        assert _in_child(client, "childs") == 0
        # On one connection each could read what was meant for the other.
        assert len(server.connections) == 2
        assert client.apps.get("parents-again").name == "parents-again"
        assert len(server.connections) == 2


def test_a_client_closed_before_the_fork_is_closed_in_the_forked_process_too() -> None:
    with ScriptedServer(_named_as_asked) as server:
        client = Alli(api_key="k", base_url=server.url)
        client.close()
        assert _in_child(client, "childs") == 1
        assert server.connections == []


def test_a_forked_process_that_closes_the_client_leaves_the_parents_connection_open() -> None:
    with ScriptedServer(_named_as_asked) as server, Alli(api_key="k", base_url=server.url) as client:
        client.apps.get("parents")
        child = os.fork()
        if child == 0:
            status = 1
            try:
                client.close()
                status = 0
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert client.apps.get("parents-again").name == "parents-again"
        assert len(server.connections) == 1


def _streaming(connection: Connection) -> None:
    if connection.read_request() is not None:
        connection.start(200, HEADERS)
        connection.chunk(record("one"))
        connection.server.release.wait(10)
        connection.chunk(record("one two"))
        connection.end()


@pytest.mark.parametrize("how", ["collected", "closed", "left to the end of the process"])
def test_a_forked_process_leaves_the_stream_that_its_parent_reads(how: str) -> None:
    with ScriptedServer(_streaming) as server, Alli(api_key="k", base_url=server.url) as client:
        stream = client.apps.stream_conversation("a1", "Hello")
        assert next(stream).type == "conversation.started"
        child = os.fork()
        if child == 0:
            status = 1
            try:
                warnings.simplefilter("ignore")
                if how == "collected":
                    stream.__del__()
                elif how == "closed":
                    stream.close()
                    client.close()
                status = 0
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        server.release.set()
        assert stream.result().text == "one two"


def test_a_forked_process_that_reads_its_parents_stream_is_told_and_takes_nothing_of_it() -> None:
    with ScriptedServer(_streaming) as server, Alli(api_key="k", base_url=server.url) as client:
        stream = client.apps.stream_conversation("a1", "Hello")
        assert next(stream).type == "conversation.started"
        child = os.fork()
        if child == 0:
            status = 1
            try:
                warnings.simplefilter("ignore")
                list(stream)
            except StreamInterruptedError as error:
                status = 0 if "this is a forked process" in str(error.__cause__) else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        server.release.set()
        assert stream.result().text == "one two"


def test_a_forked_process_leaves_the_async_stream_that_its_parent_reads() -> None:
    async def parent(url: str) -> str:
        async with AsyncAlli(api_key="k", base_url=url) as client:
            stream = client.apps.stream_conversation("a1", "Hello")
            await anext(stream)
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    warnings.simplefilter("ignore")
                    stream.__del__()
                    asyncio.run(client.aclose())
                    status = 0
                finally:
                    os._exit(status)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            server.release.set()
            return (await stream.result()).text

    with ScriptedServer(_streaming) as server:
        assert asyncio.run(parent(server.url)) == "one two"


def test_a_forked_process_has_alarms_and_deadlines_of_its_own() -> None:
    def silent(connection: Connection) -> None:
        if connection.read_request():
            connection.server.release.wait(20)

    with ScriptedServer(silent) as server, Alli(api_key="k", base_url=server.url, max_retries=0) as client:
        with pytest.raises(DeadlineExceededError):
            client.with_options(deadline=0.1).apps.get("a1")
        child = os.fork()
        if child == 0:
            status = 1
            try:
                client.with_options(deadline=0.1).apps.get("a1")
            except DeadlineExceededError:
                status = 0
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
