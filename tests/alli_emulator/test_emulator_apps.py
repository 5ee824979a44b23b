"""Apps that a user adds: every kind of function, what it may answer, and what it is given."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from alli_emulator import App, AppFailure, AppInput, AppRun, Emulator, Reply, Step, app

from tests.alli_emulator.conftest import Talk


def answered(http: httpx.Client, made: App, **body: Any) -> Any:
    """What a sync run gives: the text of its messages, or its error."""
    answer = http.post(f"/webapi/apps/{made.id}/run", json=body).json()
    return answer.get("error") or answer.get("errors") or [one["message"] for one in answer["result"]["responses"]]


def streamed(http: httpx.Client, made: App) -> list[str]:
    """The text of each record of a streamed run."""
    lines = http.post(f"/webapi/apps/{made.id}/run", json={"mode": "stream"}).text.splitlines()
    return ["|".join(one["message"] for one in json.loads(line)["result"]["responses"]) for line in lines]


def test_two_lines_make_an_app(alli: Emulator, http: httpx.Client) -> None:
    @alli.app()
    def say_again(run: AppRun) -> str: return run.message  # fmt: skip

    assert (say_again.name, say_again.type) == ("say again", "single_action")
    assert answered(http, say_again, chat={"message": "hi"}) == ["hi"]
    assert base64.b64decode(say_again.id).startswith(b"LLMApp:")


def test_an_app_may_return_text_a_reply_or_steps_from_any_kind_of_function(alli: Emulator, http: httpx.Client) -> None:
    threads: set[str] = set()

    def returns(run: AppRun) -> str:
        threads.add(threading.current_thread().name)
        return "ab"

    def replies(run: AppRun) -> Reply:
        return Reply("ab")

    def lists(run: AppRun) -> list[Step]:
        return ["a", Reply("b")]

    def yields(run: AppRun) -> Iterator[Step]:
        yield "a"
        yield "b"

    async def awaits(run: AppRun) -> str:
        await asyncio.sleep(0)
        threads.add(threading.current_thread().name)
        return "ab"

    async def awaits_steps(run: AppRun) -> list[Step]:
        return ["a", "b"]

    async def streams(run: AppRun) -> AsyncIterator[Step]:
        yield "a"
        await asyncio.sleep(0)
        yield "b"

    class Callable_:
        async def __call__(self, run: AppRun) -> str:
            return "ab"

    for number, handler in enumerate(
        (returns, replies, lists, yields, awaits, awaits_steps, streams, Callable_(), lambda run: "ab")
    ):
        made = alli.app(name=f"Kind {number}")(handler)
        assert answered(http, made) == ["ab"], handler
        assert streamed(http, made)[-1] == "ab", handler
    assert len(threads) == 2
    assert "alli-emulator" in threads, "an async function runs on the emulator's loop"


def test_an_app_may_yield_snapshots_as_well_as_deltas(alli: Emulator, http: httpx.Client) -> None:
    @alli.app()
    async def snapshots(run: AppRun) -> AsyncIterator[Step]:
        yield Reply(snapshot="Look")
        yield Reply(snapshot="Looking it up")
        yield Reply(snapshot="Found", text=" it")
        yield "."
        yield Reply(snapshot="second", new_message=True)

    texts = ["", "Look", "Looking it up", "Found it", "Found it.", "Found it.|second", "Found it.|second"]
    assert streamed(http, snapshots) == texts
    assert answered(http, snapshots) == ["Found it.", "second"]


def test_an_async_app_fails_as_any_other(alli: Emulator, http: httpx.Client) -> None:
    @alli.app()
    async def refuses(run: AppRun) -> str:
        raise AppFailure("not today")

    @alli.app()
    async def breaks(run: AppRun) -> AsyncIterator[Step]:
        yield "half"
        raise RuntimeError("secret")

    assert answered(http, refuses) == "not today"
    assert answered(http, breaks) == "internal error. RuntimeError"
    lines = http.post(f"/webapi/apps/{breaks.id}/run", json={"mode": "stream"}).text.splitlines()
    assert json.loads(lines[-1]) == {"errors": "internal error. RuntimeError"}


def test_an_app_that_answers_no_text_is_an_internal_error(
    alli: Emulator, http: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    def nothing(run: AppRun) -> Any:
        return None

    def numbers(run: AppRun) -> Any:
        yield 1

    def fields(run: AppRun) -> Any:
        return {"answer": "text"}

    def octets(run: AppRun) -> Any:
        return b"text"

    for handler in (nothing, numbers, fields, octets):
        assert answered(http, alli.app()(handler)) == "internal error. TypeError"
    assert "app 'nothing' answered NoneType; it must return or yield text or Reply" in caplog.text
    assert "app 'numbers' answered int" in caplog.text
    assert "app 'fields' answered dict" in caplog.text
    assert "app 'octets' answered bytes" in caplog.text


def test_a_function_stays_in_one_thread_and_does_not_run_far_ahead(alli: Emulator, http: httpx.Client) -> None:
    threads: set[int] = set()
    given: list[int] = []
    began, closed = threading.Event(), threading.Event()

    @alli.app()
    def counts(run: AppRun) -> Iterator[Step]:
        threads.add(threading.get_ident())
        try:
            for number in range(100_000):
                threads.add(threading.get_ident())
                given.append(number)
                began.set()
                yield "."
        finally:
            closed.set()

    alli.fault(stall_after=300)
    with http.stream("POST", f"/webapi/apps/{counts.id}/run", json={"mode": "stream"}) as answer:
        chunks = answer.iter_raw()
        next(chunks)
        assert began.wait(10)
    assert closed.wait(10), "the client has left"
    assert len(threads) == 1
    assert len(given) < 200


def test_steps_given_before_a_failure_are_sent(alli: Emulator, http: httpx.Client) -> None:
    @alli.app()
    def fails(run: AppRun) -> Iterator[Step]:
        yield from "abc"
        raise AppFailure("enough")

    lines = http.post(f"/webapi/apps/{fails.id}/run", json={"mode": "stream"}).text.splitlines()
    assert json.loads(lines[-2])["result"]["responses"][0]["message"] == "abc"
    assert json.loads(lines[-1]) == {"error": "enough"}


def test_an_async_app_ends_where_its_client_has_left(alli: Emulator, http: httpx.Client) -> None:
    began, cleaned_up = threading.Event(), threading.Event()

    @alli.app()
    async def waits(run: AppRun) -> AsyncIterator[Step]:
        try:
            began.set()
            yield "a"
            await asyncio.Event().wait()
        finally:
            cleaned_up.set()

    with http.stream("POST", f"/webapi/apps/{waits.id}/run", json={"mode": "stream"}) as answer:
        lines = answer.iter_lines()
        next(lines)
        assert began.wait(10)
    assert cleaned_up.wait(10)


def test_apps_are_asked_for_a_choice_then_a_form(alli: Emulator, talk: Talk) -> None:
    @alli.app(type="campaign")
    async def asks(run: AppRun) -> Reply:
        from alli_emulator import FormField

        if run.form is not None:
            return Reply(f"Thank you, {run.form['name']}", ends=True)
        if run.choices:
            return Reply("Who are you?", form=[FormField("name", "Your name")])
        return Reply("Which?", choices=["this", "that"])

    first = talk(asks.id)[-1]["result"]
    conversation = first["conversation"]["id"]
    assert [one["longOption"] for one in first["responses"][0]["chatOptionInfos"]] == ["this", "that"]
    second = talk(asks.id, conversationId=conversation, choices="[1]")[-1]["result"]
    assert second["responses"][0]["form"][0]["name"] == "name"
    third = talk(asks.id, conversationId=conversation, sendFormInput='{"name": "Desk"}')[-1]["result"]
    assert (third["responses"][0]["message"], third["state"]) == ("Thank you, Desk", "end")


def test_apps_are_made_without_an_emulator_too(connect: Callable[[Emulator], httpx.Client]) -> None:
    @app(inputs=["text", AppInput("tone", "Tone")], placement="loud")
    def shout(run: AppRun) -> str:
        return run.text_input("text").upper()

    with Emulator(builtin=False, apps=[shout]) as alli:
        http = connect(alli)
        assert answered(http, shout, inputs={"text": "hi"}) == ["HI"]
        listed = http.get("/webapi/apps").json()["result"][0]
        assert [(one["name"], one["value"]) for one in listed["inputs"]] == [("text", "text"), ("Tone", "tone")]


def test_what_help_says_of_app_and_fault_is_what_they_take(alli: Emulator) -> None:
    assert list(inspect.signature(alli.app).parameters) == list(inspect.signature(app).parameters)
    assert "final_replaced_message" in inspect.signature(alli.fault).parameters
    with pytest.raises(TypeError, match="appp"):
        alli.app(appp="x")  # type: ignore[call-arg]


def test_two_apps_of_one_name_have_ids_of_their_own(alli: Emulator) -> None:
    ids = [alli.app(name="Twin")(lambda run: "").id for _ in range(3)]
    assert len(set(ids)) == 3


def test_only_a_user_has_a_history(alli: Emulator, http: httpx.Client) -> None:
    @alli.app(type="campaign")
    def remembers(run: AppRun) -> str:
        said = [chat.message for one in run.history for chat in one.chats if chat.sender == "USER"]
        return f"{run.user_id}: {', '.join(said) or 'nothing'}"

    def say(message: str, user: str | None) -> str:
        headers = {} if user is None else {"OWN-USER-ID": user}
        body = {"chat": {"message": message}}
        answer = http.post(f"/webapi/apps/{remembers.id}/run", json=body, headers=headers).json()
        return str(answer["result"]["responses"][0]["message"])

    kim = "base64:" + base64.b64encode("김".encode()).decode()
    assert say("one", None) == "None: nothing"
    assert say("two", None) == "None: nothing"
    assert say("one", kim) == "김: nothing"
    assert say("two", kim) == "김: one"
    assert say("x", "lee") == "lee: nothing"
    assert [len(alli.history(user)) for user in ("김", "lee", "nobody")] == [2, 1, 0]
    assert alli.history("") == []


def test_no_operation_gives_a_thread_id(http: httpx.Client, app_ids: dict[str, str]) -> None:
    """Threads belong to an operation outside the 13; none of these may invent one, with a user or without."""
    for headers in ({}, {"OWN-USER-ID": "kim"}):
        body = {"inputs": {"text": "One. Two."}}
        for answer in (
            http.post(f"/webapi/apps/{app_ids['Summary']}/run", json=body, headers=headers),
            http.post("/webapi/start_conversation", json={}, headers=headers),
        ):
            assert "threadid" not in answer.text.lower()


def test_an_app_that_needs_inputs_fails_without_any(alli: Emulator, http: httpx.Client) -> None:
    needs = alli.app(name="Needs", needs_inputs=True, inputs=["text"])(lambda run: run.text_input("text"))
    answer = http.post(f"/webapi/apps/{needs.id}/run", json={"inputs": {}})
    assert (answer.status_code, answer.json()) == (
        500,
        {"errors": "internal error. Expecting value: line 1 column 1 (char 0)"},
    )
    assert answered(http, needs, inputs={"text": "x"}) == ["x"]


def test_half_a_surrogate_pair_goes_through_as_its_escape(alli: Emulator, http: httpx.Client) -> None:
    echo = alli.app(name="Echo")(lambda run: run.message)
    content = b'{"chat": {"message": "\\ud800"}}'
    answer = http.post(f"/webapi/apps/{echo.id}/run", content=content)
    assert answer.status_code == 200
    assert b'"\\ud800"' in answer.content
    assert http.post("/webapi/apps", json={}).status_code == 400
