"""`alli_batch.ray.AlliMap`, called with batches as Ray calls it, on real sockets."""

from __future__ import annotations

import time
from typing import Any

import pyarrow
import pytest
from alli import AuthenticationError, ConfigurationError, InvalidArgumentError, MapRow, MapStopped, NotFoundError
from alli_emulator import AppInput, AppRun

from tests.alli_batch.conftest import Make, Service


def batch_of(*texts: str) -> pyarrow.Table:
    return pyarrow.table({"text": list(texts)})


def test_each_row_gets_its_outcome_in_columns_of_text(service: Service, make: Make) -> None:
    found = make(service.app.id)(batch_of("a", "bad", "c"))
    assert found.column_names == ["text", "alli_status", "alli_text", "alli_error", "alli_conversation_id"]
    assert found["text"].to_pylist() == ["a", "bad", "c"]
    assert found["alli_status"].to_pylist() == ["ok", "failed", "ok"]
    assert found["alli_text"].to_pylist() == ["A", None, "C"]
    assert found["alli_error"].to_pylist()[::2] == [None, None]
    assert found["alli_error"].to_pylist()[1].startswith("AppError: apps.run")


def test_columns_are_text_where_no_row_has_a_value(service: Service, make: Make) -> None:
    found = make(service.app.id)(batch_of("bad"))
    assert str(found["alli_text"].type) == "string"


@pytest.mark.parametrize(
    "inputs",
    [["text"], {"text": "text"}, lambda row: {"text": row["text"]}, lambda row: MapRow(inputs={"text": row["text"]})],
    ids=["names", "mapping", "function", "MapRow"],
)
def test_inputs_come_from_the_columns_that_are_named(service: Service, make: Make, inputs: Any) -> None:
    batch = pyarrow.table({"id": [1, 2], "text": ["a", "b"]})
    assert make(service.app.id, inputs=inputs)(batch)["alli_text"].to_pylist() == ["A", "B"]


def test_a_row_with_a_message_begins_a_conversation(service: Service, make: Make) -> None:
    @service.emulator.app(name="Talk", type="campaign")
    def talk(run: AppRun) -> str:
        return f"{run.message} to you"

    found = make(talk.id, inputs=lambda row: MapRow(message=row["text"]))(batch_of("Hello", "Bye"))
    assert found["alli_text"].to_pylist() == ["Hello to you", "Bye to you"]
    assert len(set(found["alli_conversation_id"].to_pylist())) == 2


def test_a_column_that_is_there_is_not_overwritten(service: Service, make: Make) -> None:
    with pytest.raises(ValueError, match="already have a column text; choose another prefix="):
        make(service.app.id, prefix="")(batch_of("a"))
    assert service.ran == []
    assert make(service.app.id, prefix="answer_", raw=True)(batch_of("a")).column_names[-1] == "answer_result"


def test_a_wrong_key_raises_and_is_not_turned_into_rows(
    service: Service, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLI_API_KEY", "wrong")
    with pytest.raises(AuthenticationError):
        make(service.app.id, concurrency=2)(batch_of(*"abcdefgh"))
    assert len(service.emulator.requests) <= 3
    assert service.ran == []


def test_an_unknown_app_raises(service: Service, make: Make) -> None:
    with pytest.raises(NotFoundError):
        make("no-such-app")(batch_of("a"))


def test_an_unknown_outcome_is_not_sent_again(service: Service, make: Make) -> None:
    service.emulator.fault(app=service.app, status=504, times=1)
    found = make(service.app.id, concurrency=1)(batch_of("a", "b"))
    assert found["alli_status"].to_pylist() == ["unknown", "ok"]
    assert len(service.emulator.requests) == 2


def test_the_pause_that_the_service_asks_for_is_kept(service: Service, make: Make) -> None:
    service.emulator.fault(app=service.app, status=429, headers={"Retry-After": "0.3"}, times=1)
    began = time.monotonic()
    assert make(service.app.id)(batch_of("a", "b"))["alli_status"].to_pylist() == ["ok", "ok"]
    assert time.monotonic() - began >= 0.3
    assert sorted(service.ran) == ["a", "b"]


def test_the_pace_is_divided_among_the_actors_and_goes_on_from_batch_to_batch(service: Service, make: Make) -> None:
    stage = make(service.app.id, per_minute=2400, actors=2)  # one call in 50 ms
    began = time.monotonic()
    for _ in range(3):
        stage(batch_of("a", "b"))
    assert time.monotonic() - began >= 5 * 0.05


def test_failed_rows_of_all_batches_count_for_stop_after(service: Service, make: Make) -> None:
    stage = make(service.app.id, stop_after=2, concurrency=1)
    stage(batch_of("bad", "a"))
    with pytest.raises(MapStopped):
        stage(batch_of("bad", "b"))
    with pytest.raises(MapStopped, match="stopped before this batch, as stop_after=2 was reached"):
        stage(batch_of("c"))
    assert service.ran == ["bad", "a", "bad"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"api_key": "secret"}, "Ray would store api_key; set ALLI_API_KEY"),
        ({"ledger": "folder"}, "a ledger needs key"),
        ({"per_minute": 60}, "per_minute needs actors"),
        ({"inputs": "text"}, "inputs must be a list of columns, a mapping or a function, not str"),
        ({"inputs": 5}, "inputs must be a list of columns, a mapping or a function, not int"),
    ],
)
def test_arguments_that_can_not_be_kept_are_refused(
    service: Service, make: Make, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=words) as refused:
        make(service.app.id, **arguments)
    assert "secret" not in str(refused.value)


def test_the_key_may_come_from_a_function(service: Service, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLI_API_KEY")
    with pytest.raises(ConfigurationError):
        make(service.app.id)
    stage = make(service.app.id, api_key=lambda: service.emulator.api_key)
    assert stage(batch_of("a"))["alli_status"].to_pylist() == ["ok"]


@pytest.mark.parametrize("value", [None, "", 1.5])
def test_a_row_without_a_usable_key_is_refused(service: Service, make: Make, value: object) -> None:
    batch = pyarrow.table({"id": [value], "text": ["a"]})
    with pytest.raises(InvalidArgumentError, match="the column 'id' must hold text or whole numbers"):
        make(service.app.id, key="id")(batch)


def test_files_of_rows_are_sent(service: Service, make: Make) -> None:
    @service.emulator.app(name="Size", inputs=[AppInput("document", "Document", input_type="document_basic")])
    def size(run: AppRun) -> str:
        return str(len(run.files[0].read()))

    stage = make(size.id, inputs=lambda row: {"document": ("a.txt", row["text"].encode())})
    assert stage(batch_of("12345"))["alli_text"].to_pylist() == ["5"]
