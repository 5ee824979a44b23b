"""What crash reporters collect of an error: the local variables of every frame of its traceback, and of those of its causes.

No frame has a key, good or bad. Who the user is and what was sent are in no frame either once a call has failed.
"""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alli
import pytest

from tests.alli.client_kind import ClientKind
from tests.alli.crash_reports import KEY, frames, holding
from tests.alli.test_downloads import file_of
from tests.answers import Answer, after_request, answering, silent
from tests.servers import Connection, ScriptedServer

EVERY_ENGINE = True

PROMPT = "canary of the prompt"
USER, EMAIL = "canary-user", "canary@example.com"
BAD_KEYS = {"line break inside": f"{KEY}\n{KEY}", "NUL": f"{KEY}\0", "not ASCII": f"{KEY}ｋ", "tab": f"{KEY}\t{KEY}"}


@pytest.mark.parametrize("bad", BAD_KEYS)
@pytest.mark.parametrize("where", ["argument", "environment", "copy", "bytes"])
def test_a_key_that_is_refused_is_in_no_frame(
    client_kind: ClientKind, bad: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = BAD_KEYS[bad]
    make: dict[str, Callable[[], object]] = {
        "argument": lambda: client_kind.make(api_key=key),
        "environment": lambda: client_kind.make(api_key=None),
        "copy": lambda: client_kind.make().with_options(api_key=key),
        "bytes": lambda: client_kind.make(api_key=key.encode()),
    }
    if where == "environment":
        if "\0" in key:
            pytest.skip("the environment holds none")
        monkeypatch.setenv("ALLI_API_KEY", key)
    with pytest.raises(alli.ConfigurationError, match="^api_key: must ") as caught:
        make[where]()
    assert holding(caught.value, KEY) == []
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "option", [{"user_email": "ａ"}, {"timeout": -1}, {"base_url": "ftp://x"}, {"default_headers": {"X-A": "a\nb"}}]
)
def test_a_good_key_is_in_no_frame_where_another_setting_is_refused(
    client_kind: ClientKind, option: dict[str, Any]
) -> None:
    for make in (
        lambda: client_kind.make(api_key=KEY, **option),
        lambda: client_kind.make().with_options(api_key=KEY, **option),
    ):
        with pytest.raises(alli.ConfigurationError) as caught:
            make()
        assert holding(caught.value, KEY) == []


@pytest.mark.parametrize("bad", BAD_KEYS)
@pytest.mark.parametrize("is_coroutine", [False, True])
async def test_a_key_of_a_function_that_is_refused_is_in_no_frame(
    client_kind: ClientKind, bad: str, is_coroutine: bool
) -> None:
    async def later() -> str:
        return BAD_KEYS[bad]

    if is_coroutine and not client_kind.is_async:
        pytest.skip("Alli takes a plain function")
    client = client_kind.make(api_key=later if is_coroutine else lambda: BAD_KEYS[bad])
    for call in (lambda: client.apps.get("a1"), lambda: client.apps.stream("a1").result()):
        with pytest.raises(alli.ConfigurationError, match="^api_key: must ") as caught:
            await client_kind.get(call())
        assert holding(caught.value, KEY) == []


@pytest.mark.parametrize("blanks", ["{}\n", "{}\r\n", " {} ", "\t{}", "{}\u3000"])
async def test_blanks_and_line_breaks_around_a_key_are_dropped(client_kind: ClientKind, blanks: str) -> None:
    given = blanks.format(KEY)
    with ScriptedServer(answering(200, b'{"id": "a1", "name": "One"}')) as server:
        client = client_kind.make(base_url=server.url, api_key=given)
        await client_kind.get(client.apps.get("a1"))
        await client_kind.get(client.with_options(api_key=lambda: given).apps.get("a1"))
        await client_kind.get(client.with_options(api_key=given).apps.get("a1"))
    assert [request.headers["api-key"] for request in server.requests] == [KEY] * 3


@pytest.mark.parametrize("key", [" ", "\n", ""])
def test_a_key_of_blanks_is_none(client_kind: ClientKind, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (None, key):
        if value is not None:
            monkeypatch.setenv("ALLI_API_KEY", value)
        with pytest.raises(alli.ConfigurationError, match="^no API key: "):
            client_kind.make(api_key=key)


def reset_at_once(connection: Connection) -> None:
    connection.reset()


def half(connection: Connection) -> None:
    connection.start(200)
    connection.chunk(b'{"result": ')
    connection.reset()


FAILURES: dict[str, Answer] = {
    "refused": after_request(lambda connection: connection.respond(401, b'{"message": "no"}')),
    "not JSON": after_request(lambda connection: connection.respond(200, b"<html>")),
    "told inside a 200": after_request(lambda connection: connection.respond(200, b'{"error": "failed"}')),
    "silence": after_request(silent),
    "reset before the request was read": reset_at_once,
    "reset": after_request(Connection.reset),
    "cut": after_request(half),
}


def all_of(items: Any) -> Any:
    async def each() -> list[Any]:
        return [item async for item in items]

    return each() if hasattr(items, "__aiter__") else list(items)


CALLS: dict[str, Callable[[Any], Any]] = {
    "get": lambda client: client.apps.get(PROMPT),
    "list": lambda client: client.apps.list(search_term=PROMPT),
    "run": lambda client: client.apps.run("a1", {"text": PROMPT}, message=PROMPT),
    "run with a file": lambda client: client.apps.run("a1", {"text": PROMPT, "file": ("f.txt", PROMPT.encode())}),
    "run_conversation": lambda client: client.apps.run_conversation("a1", PROMPT),
    "stream": lambda client: client.apps.stream("a1", {"text": PROMPT}).result(),
    "stream_conversation": lambda client: client.apps.stream_conversation("a1", PROMPT).result(),
    "send": lambda client: client.apps.conversation("a1", "c1").send(PROMPT),
    "skill": lambda client: client.skills.run("s1", PROMPT),
    "ask": lambda client: client.answers.thread().ask(PROMPT),
    "a thread's stream": lambda client: client.answers.thread().stream(PROMPT).result(),
    "search": lambda client: client.retrieval.search(PROMPT),
    "upload": lambda client: client.documents.upload((f"{PROMPT}.txt", PROMPT.encode())),
    "replace": lambda client: client.documents.replace("d1", ("f.txt", PROMPT.encode()), name=PROMPT),
    "start": lambda client: client.apps.start("a1", {"text": PROMPT}),
    "inputs": lambda client: client.apps.inputs(PROMPT),
    "map": lambda client: all_of(client.apps.map("a1", [{"text": PROMPT}], stop_after=1)),
    "request": lambda client: client.request("POST", "/webapi/x", json={"text": PROMPT}, params={"q": PROMPT}),
    "update": lambda client: client.cognitive_config.update({"text": PROMPT}),
}


@pytest.mark.parametrize("deadline", [None, 0.3])
@pytest.mark.parametrize("failure", FAILURES)
async def test_frames_of_a_failed_call_hold_neither_key_nor_user_nor_what_was_sent(
    client_kind: ClientKind, failure: str, deadline: float | None
) -> None:
    with ScriptedServer(FAILURES[failure]) as server:
        client = client_kind.make(
            base_url=server.url, api_key=KEY, user_id=USER, user_email=EMAIL, timeout=0.05, max_retries=0
        ).with_options(deadline=deadline)
        for name, call in CALLS.items():
            if (name, failure) == ("request", "not JSON"):
                continue  # it takes any answer
            with pytest.raises(alli.AlliError) as caught:
                await client_kind.get(call(client))
            for secret in (KEY, USER, EMAIL, PROMPT):
                assert holding(caught.value, secret) == [], (name, secret)


@pytest.mark.parametrize("option", [{"agent_email": "ａ"}, {"timeout": -1}, {"api_key": 5}])
def test_frames_of_a_refused_client_do_not_hold_the_user(client_kind: ClientKind, option: dict[str, Any]) -> None:
    kind: Any = alli.AsyncAlli if client_kind.is_async else alli.Alli
    for make in (
        lambda: kind(**{"api_key": KEY, "user_id": USER, "user_email": EMAIL, **option}),
        lambda: client_kind.make().with_options(user_id=USER, user_email=EMAIL, **option),
    ):
        with pytest.raises(alli.ConfigurationError) as caught:
            make()
        for secret in (USER, EMAIL):
            assert holding(caught.value, secret) == []


async def test_frames_of_the_raw_layer_hold_neither_key_nor_user(client_kind: ClientKind) -> None:
    from alli.raw.api.apps import get_app

    with ScriptedServer(FAILURES["refused"]) as server:
        client = client_kind.make(base_url=server.url, api_key=KEY, user_id=USER, user_email=EMAIL)
        send: Any = get_app.asyncio if client_kind.is_async else get_app.sync
        with pytest.raises(alli.AuthenticationError) as caught:
            await client_kind.get(send("a1", client=client.raw))
        for secret in (KEY, USER, EMAIL):
            assert holding(caught.value, secret) == [], secret


REFUSED: dict[str, Callable[[Any], Any]] = {
    "no JSON": lambda client: client.apps.run("a1", {"text": PROMPT, "more": object()}),
    "no text": lambda client: client.apps.run("a1", {"text": f"{PROMPT} \ud800"}),
    "no text in a query": lambda client: client.apps.list(search_term=f"{PROMPT} \ud800"),
    "no dict": lambda client: client.apps.run("a1", PROMPT),
    "no argument": lambda client: client.answers.thread().ask(PROMPT, text=PROMPT),
}


@pytest.mark.parametrize("call", REFUSED)
async def test_what_is_refused_before_it_is_sent_is_in_no_frame_and_on_no_hidden_error(
    client_kind: ClientKind, call: str
) -> None:
    client = client_kind.make(base_url="http://127.0.0.1:9", api_key=KEY)
    with pytest.raises((alli.InvalidArgumentError, TypeError)) as caught:
        await client_kind.get(REFUSED[call](client))
    assert holding(caught.value, PROMPT) == []
    assert not isinstance(caught.value.__context__, UnicodeError)  # its `.object` is the whole text


ANSWER = "canary of the answer"
READ: dict[str, Callable[[], object]] = {
    "parse": lambda: alli.RunResult.from_payload({"result": {"message": ANSWER}}).parse(),
    "parse as a type": lambda: result_of(f'["{ANSWER}"]').parse(list[int]),
    "parse as no type": lambda: result_of(f'["{ANSWER}"]').parse(list[complex]),
    "json": lambda: alli.Response(200, {}, ANSWER.encode()).json(),
}


def result_of(text: str) -> alli.RunResult:
    return alli.RunResult.from_payload({"result": {"responses": [{"message": text}]}})


@pytest.mark.parametrize("read", READ)
def test_an_answer_that_can_t_be_read_is_in_no_frame_and_on_no_hidden_error(read: str) -> None:
    with pytest.raises((alli.AlliError, TypeError)) as caught:
        READ[read]()
    assert holding(caught.value, ANSWER) == []
    assert caught.value.__context__ is None


async def test_a_file_that_breaks_off_is_in_no_frame(client_kind: ClientKind, tmp_path: Path) -> None:
    def cut(connection: Connection) -> None:
        connection.start(200, {"Content-Type": "application/pdf"})
        connection.chunk(ANSWER.encode())
        connection.reset()

    read: list[Callable[[Any], Any]] = [lambda file: file.read(), lambda file: file.save(tmp_path / "f.pdf")]
    for take in read:
        with ScriptedServer(after_request(cut)) as server:
            file = await file_of(client_kind, client_kind.make(base_url=server.url))
            with pytest.raises(alli.APIConnectionError) as caught:
                await client_kind.get(take(file))
        assert holding(caught.value, ANSWER) == []


async def test_the_record_before_a_stream_breaks_is_in_no_frame(client_kind: ClientKind) -> None:
    def cut(connection: Connection) -> None:
        connection.start(200)
        connection.chunk(json.dumps({"message": ANSWER}).encode() + b"\n")
        if release.wait(10):
            connection.reset()

    release = threading.Event()
    with ScriptedServer(after_request(cut)) as server:
        stream = client_kind.make(base_url=server.url).stream_request("POST", "/webapi/x")
        with pytest.raises(alli.StreamInterruptedError) as caught:
            async for record in client_kind.each(stream):
                assert record == {"message": ANSWER}
                release.set()
    assert holding(caught.value, ANSWER) == []


async def test_what_a_background_run_has_said_is_in_no_frame(client_kind: ClientKind) -> None:
    def answer(connection: Connection) -> None:
        requests = connection.server.requests
        if len(requests) > 3:
            connection.respond(500, b'{"message": "failed"}')
        elif requests[-1].path.endswith("/running"):
            connection.respond(200, b'{"isRunning": true}')
        else:
            connection.respond(200, json.dumps({"chats": [{"message": ANSWER}]}).encode())

    with ScriptedServer(after_request(answer)) as server:
        client = client_kind.make(base_url=server.url, max_retries=0)
        with pytest.raises(alli.InternalServerError) as caught:
            await client_kind.get(client.apps.background("c1").result(on_progress=lambda said: None, interval=0.01))
    assert holding(caught.value, ANSWER) == []


async def test_the_frames_of_the_caller_s_own_functions_are_left_alone(client_kind: ClientKind) -> None:
    def vault() -> str:
        shelf = "third"
        raise LookupError(shelf)

    client = client_kind.make(api_key=vault)
    with pytest.raises(LookupError) as caught:
        await client_kind.get(client.apps.get("a1"))
    assert "third" in [frame.f_locals.get("shelf") for frame in frames(caught.value)]
