"""A key, a prompt and an answer, each with its own word, are looked for in all that a program prints, logs, stores or sends on.

`.text`, `.raw`, `.body`, `.result`, `.partial` and `.message` hold what the service said, for whoever asks for them; all else is
searched. What is pickled holds the service's words with them, but never the key, and never the prompt.
"""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import alli
import httpx
import pytest
from alli import RetryPolicy

from tests.alli.client_kind import ClientKind
from tests.answers import Answer, after_request, silent
from tests.servers import Connection, ScriptedServer

KEY = "canarykey0123456789"
PROMPT = "canaryprompt"
ANSWER = "canaryanswer"

RUN = {
    "result": {
        "id": "a1",
        "name": "One",
        "conversation": {"id": "c1", "state": "idle"},
        "variables": {"v": ANSWER},
        "responses": [
            {
                "id": "r1",
                "message": ANSWER,
                "type": "llm",
                "citations": [{"title": ANSWER, "text": ANSWER, "url": ANSWER}],
            }
        ],
        "unknown": ANSWER,
    }
}
RECORD = json.dumps(RUN).encode() + b"\n"


def good(connection: Connection) -> None:
    connection.respond(200, json.dumps({**RUN, "id": "a1", "name": "One", "apps": []}).encode())


def told(status: int, body: object) -> Answer:
    return lambda connection: connection.respond(status, json.dumps(body).encode())


def page(status: int) -> Answer:
    return lambda connection: connection.respond(
        status, f"<html><title>gateway</title>{ANSWER}</html>".encode(), {"Content-Type": "text/html"}
    )


def cut(connection: Connection) -> None:
    connection.start(200)
    connection.chunk(RECORD)
    connection.reset()


def garbage(connection: Connection) -> None:
    connection.start(200)
    connection.chunk(RECORD + ANSWER.encode() + b"}\n")
    connection.end()


def stall(connection: Connection) -> None:
    connection.start(200)
    connection.chunk(RECORD)
    connection.server.release.wait(20)


def error_record(connection: Connection) -> None:
    connection.start(200)
    connection.chunk(RECORD + b'{"errors": "out of tokens"}\n')
    connection.end()


FAILURES: dict[str, Answer] = {
    "wrong key": told(401, {"error": {"value": 1013, "name": "INVALID_TOKEN"}, "message": "INVALID_TOKEN"}),
    "bad parameter": told(400, {"type": "APIError", "code": 7003, "message": "'text' is empty"}),
    "validation": told(422, {"detail": [{"loc": ["body", "inputs"], "msg": "wrong", "input": PROMPT}]}),
    "server error": told(500, {"errors": "internal error", "result": ANSWER}),
    "gateway page": page(502),
    "page instead of an answer": page(200),
    "redirect": lambda connection: connection.respond(307, b"", {"Location": "http://localhost/"}),
    "error inside a 200": told(200, {"error": "failed", **RUN}),
    "reset": Connection.reset,
    "silence": silent,
    "cut": cut,
    "garbage": garbage,
    "stall": stall,
    "error record": error_record,
}


def clients(kind: ClientKind, url: str, **options: Any) -> Any:
    policy = RetryPolicy(max_retries=1, base=0.001)
    return kind.make(base_url=url, api_key=KEY, user_id="emp-7", retry_policy=policy, **options)


CALLS: dict[str, Callable[[Any], Any]] = {
    "get": lambda client: client.apps.get("a1"),
    "run": lambda client: client.apps.run("a1", {"text": PROMPT}, message=PROMPT, conversation_id="c1"),
    "run with a file": lambda client: client.apps.run("a1", {"text": PROMPT, "file": ("f.txt", PROMPT.encode())}),
    "run_conversation": lambda client: client.apps.run_conversation(
        "a1", PROMPT, conversation_id="c1", choices=[PROMPT], files=[("f.txt", PROMPT.encode())]
    ),
    "skill": lambda client: client.skills.run("s1", PROMPT, {"v": PROMPT}),
    "send": lambda client: client.conversations.send("c1", PROMPT),
    "update": lambda client: client.cognitive_config.update({"prompt": PROMPT}),
}
STREAMS: dict[str, Callable[[Any], Any]] = {
    "stream": lambda client: client.apps.stream("a1", {"text": PROMPT}, message=PROMPT, conversation_id="c1"),
    "stream_conversation": lambda client: client.apps.stream_conversation("a1", PROMPT, conversation_id="c1"),
}


async def failures(
    kind: ClientKind, url: str, *, deadline: float | None = None
) -> AsyncIterator[tuple[str, alli.AlliError]]:
    """The errors of all calls and streams against a service that fails."""
    client = clients(kind, url, timeout=0.1, idle_timeout=0.1, deadline=deadline)
    for name, call in CALLS.items():
        try:
            await kind.get(call(client))
        except alli.AlliError as error:
            yield name, error
    for name, call in STREAMS.items():
        try:
            async with kind.entered(call(client)) as stream:
                await kind.get(stream.result())
        except alli.AlliError as error:
            yield name, error


def printed(value: object) -> str:
    """All that printers, debuggers and dumpers of `vars` show of an object."""
    shown = [repr(value), str(value), f"{value!a}", f"{value:}"]
    waiting, seen = [value], set[int]()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        shown.append(repr(item))
        if type(item).__module__.split(".")[0] == "alli" and hasattr(item, "__dict__"):
            waiting += vars(item).values()
        elif isinstance(item, (list, tuple, set, frozenset)):
            waiting += item
        elif isinstance(item, dict):
            waiting += item.values()
    return "\n".join(shown)


def told_by(error: BaseException) -> str:
    """All that a traceback printer shows of an error and what caused it, with the local variables of this package's frames."""
    text = ["".join(traceback.format_exception(error))]
    chain: list[BaseException | None] = [error]
    while chain:
        one = chain.pop()
        if one is None:
            continue
        text += [repr(one), str(one), repr(one.args)]
        chain += [one.__cause__, one.__context__]
        for frame, _ in traceback.walk_tb(one.__traceback__):
            if frame.f_globals.get("__name__", "").partition(".")[0] == "alli":
                text += [repr(local) for local in frame.f_locals.values() if isinstance(local, (dict, str, bytes))]
    return "\n".join(text)


def without_answers(error: alli.AlliError) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(error).items()
        if name not in ("body", "result", "partial", "message", "headers")
    }


@pytest.mark.parametrize("failure", FAILURES)
async def test_no_error_s_text_traceback_attribute_pickle_or_log_line_tells_a_secret(
    client_kind: ClientKind, failure: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "alli")
    seen: list[str] = []
    with ScriptedServer(after_request(FAILURES[failure])) as server:
        async for name, error in failures(client_kind, server.url):
            seen.append(name)
            text = (
                "".join(traceback.format_exception(error)) + str(error) + repr(error) + printed(without_answers(error))
            )
            for secret in (KEY, PROMPT, ANSWER):
                assert secret not in text, (name, secret)
            assert KEY not in told_by(error), name
            pickled = pickle.dumps(error)
            assert KEY.encode() not in pickled
            # In a validation error the service itself repeats the prompt, and `.body` holds what the service said.
            assert PROMPT.encode() not in pickled or failure == "validation"
    assert seen == [*CALLS, *STREAMS]
    for record in caplog.records:
        line = f"{record.getMessage()} {vars(record)}"
        for secret in (KEY, PROMPT, ANSWER):
            assert secret not in line, record.name


async def test_an_error_at_the_deadline_tells_no_secret(client_kind: ClientKind) -> None:
    seen: list[str] = []
    with ScriptedServer(after_request(silent)) as server:
        async for name, error in failures(client_kind, server.url, deadline=0.05):
            seen.append(name)
            assert isinstance(error, alli.DeadlineExceededError), name
            assert KEY not in told_by(error), name
            assert PROMPT not in "".join(traceback.format_exception(error)), name
    assert seen == [*CALLS, *STREAMS]


async def test_the_request_kept_by_an_error_s_cause_has_neither_key_nor_body(client_kind: ClientKind) -> None:
    with ScriptedServer(after_request(Connection.reset)) as server:
        causes = [error.__cause__ async for _, error in failures(client_kind, server.url)]
    assert len(causes) == len(CALLS) + len(STREAMS)
    for cause in causes:
        assert isinstance(cause, httpx.RequestError)
        assert not {"api-key", "own-user-id"} & cause.request.headers.keys()
        assert cause.request.content == b""


async def test_results_pages_and_events_show_no_answer(client_kind: ClientKind) -> None:
    shown: list[object] = []

    def answer(connection: Connection) -> None:
        request = connection.read_request()
        if request is None:
            return
        if "stream" in request.body.decode() or "run_conversation" in request.target:
            connection.start(200)
            connection.chunk(RECORD)
            connection.chunk(
                b'{"type": "final_replaced_message", "response_index": 0, "content": "%s"}\n' % (ANSWER * 2).encode()
            )
            connection.end()
        else:
            good(connection)

    with ScriptedServer(answer) as server:
        client = clients(client_kind, server.url)
        for call in CALLS.values():
            shown.append(await client_kind.get(call(client)))
        for call in STREAMS.values():
            async with client_kind.entered(call(client)) as stream:
                shown += [
                    stream,
                    *[event async for event in client_kind.each(stream)],
                    await client_kind.get(stream.result()),
                ]
        run = await client_kind.get(CALLS["run"](client))
        shown += [run, *run.messages, *run.citations]
        conversation = client.apps.conversation("a1", "c1")
        shown += [await client_kind.get(conversation.send(PROMPT)), conversation, client, client.apps, client._config]
    assert run.text == ANSWER
    kinds = {type(item).__name__ for item in shown}
    assert {"RunResult", "SkillResult", "Message", "Citation", "TextDelta", "TextReplaced", "Completed"} <= kinds
    for item in shown:
        assert KEY not in printed(item), type(item).__name__
        if not isinstance(item, dict):
            for secret in (PROMPT, ANSWER):
                assert secret not in f"{item!r} {item!s} {item!a}", (type(item).__name__, secret)


def test_a_client_and_all_that_hangs_on_it_shows_no_key(client_kind: ClientKind) -> None:
    client = client_kind.make(api_key=KEY, user_id="emp-7")
    for one in (client, client.with_options(timeout=5), client.apps, client.conversations):
        assert KEY not in printed(one)
    assert repr(client) == f"{type(client).__name__}(base_url='https://backend.alli.ai')"


@pytest.mark.parametrize("how", [pickle.dumps, copy.deepcopy], ids=["pickle", "deepcopy"])
def test_a_client_s_key_is_not_copied_out_of_it(client_kind: ClientKind, how: Callable[[Any], object]) -> None:
    client = client_kind.make(api_key=KEY)
    for one in (client, client.apps, client._config):
        with pytest.raises(TypeError, match="hold the API key and can't be pickled"):
            how(one)


@pytest.mark.parametrize(
    "inputs",
    [
        {"text": {PROMPT}},
        {"text": [object(), PROMPT]},
        {"text": f"{PROMPT}\ud800"},
        {"text": float("nan"), "other": PROMPT},
        {"text": {1: PROMPT}.keys()},
        PROMPT,
        [PROMPT],
        {"text": Path(f"/nowhere/{PROMPT}")},
    ],
    ids=lambda inputs: repr(inputs).partition(" at 0x")[0],
)
async def test_inputs_that_cannot_be_sent_are_not_repeated(client_kind: ClientKind, inputs: Any) -> None:
    with ScriptedServer(after_request(good)) as server:
        client = clients(client_kind, server.url)
        for method in ("run", "stream"):
            with pytest.raises(alli.InvalidArgumentError) as caught:
                value = getattr(client.apps, method)("a1", inputs)
                await client_kind.get(value if method == "run" else value.result())
            if not (isinstance(inputs, dict) and isinstance(inputs["text"], Path)):
                assert PROMPT not in "".join(traceback.format_exception(caught.value)).replace(f'"{PROMPT}"', "")
                assert PROMPT not in str(caught.value)
            assert KEY not in told_by(caught.value)
        assert server.connections == []
