"""With `echo_user`, the user's own message comes back so that it can be told from an answer, whatever is called."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from alli import Alli
from alli_emulator import AppRun, Emulator, Reply
from alli_emulator.wire.dialect import RunShape


def _answer(run: AppRun) -> Iterator[str | Reply]:
    yield "Look"
    yield Reply(text="ing.", replacement="Found." if run.message == "Replace" else None)


@pytest.mark.parametrize("run_shape", ["responses", "choices"])
def test_an_echo_is_in_no_answer_of_the_client(run_shape: RunShape) -> None:
    with (
        Emulator(echo_user=True, run_shape=run_shape, pace=0) as alli,
        Alli(api_key=alli.api_key, base_url=alli.base_url) as client,
    ):
        app = alli.app(name="Look", type="campaign")(_answer)
        for message, text in (("Hello", "Looking."), ("Replace", "Found.")):
            assert client.apps.run(app.id, message=message).text == text
            assert client.apps.run_conversation(app.id, message).text == text
            with client.apps.stream(app.id, message=message) as stream:
                assert stream.result().text == text
        assert alli.violations == []


def test_an_echo_in_a_conversation_has_its_sender_and_answers_have_none() -> None:
    with Emulator(echo_user=True, pace=0) as alli, Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
        app = alli.app(name="Look", type="campaign")(_answer)
        raw = json.loads(json.dumps(client.apps.run_conversation(app.id, "Hello").raw))
        told = [(item.get("sender"), item["message"]) for item in raw["result"]["responses"]]
        assert told == [("USER", "Hello"), (None, "Looking.")]
