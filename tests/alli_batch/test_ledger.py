"""The ledger of `AlliMap`: nothing that is done is done again, and nothing that may have run is sent again unasked."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pyarrow
import pytest
from alli import InvalidArgumentError
from alli_emulator import AppRun

from tests.alli_batch.conftest import Make, Service


def batch_of(*ids: int, text: str = "row") -> pyarrow.Table:
    return pyarrow.table({"id": list(ids), "text": [f"{text} {number}" for number in ids]})


@pytest.fixture
def stage(service: Service, make: Make, tmp_path: Path) -> Make:
    """Makes an AlliMap as in an actor that has just begun."""
    return partial(make, service.app.id, key="id", ledger=tmp_path)


def statuses(found: pyarrow.Table) -> list[str]:
    return found["alli_status"].to_pylist()


def forget_outcome(folder: Path, key: str) -> None:
    """As if the actor had died while the row was being sent."""
    for path in folder.glob("*.jsonl"):
        kept = [line for line in path.read_text().splitlines(True) if f'"key": "{key}"' not in line or '"sent"' in line]
        path.write_text("".join(kept))


def test_a_repeated_batch_has_its_answers_and_runs_nothing(service: Service, stage: Make) -> None:
    first = stage(raw=True)(batch_of(1, 2, 3))
    again = stage(raw=True)(batch_of(1, 2, 3))
    assert again.equals(first)
    assert len(service.ran) == 3


@pytest.mark.parametrize("ids", [(1, 2, 3), (3, 1), (2,), (1, 2, 3, 4)], ids=str)
def test_a_row_is_known_by_its_key_whatever_its_batch(service: Service, stage: Make, ids: tuple[int, ...]) -> None:
    stage()(batch_of(1, 2))
    stage()(batch_of(3))
    found = stage()(batch_of(*ids))
    assert found["alli_text"].to_pylist() == [f"ROW {number}" for number in ids]
    assert statuses(found) == ["ok"] * len(ids)
    assert len(service.ran) == len(set(service.ran))


@pytest.mark.parametrize("ids", [(1, 2), (2,), (2, 3)], ids=["the same batch", "a part", "another batch"])
def test_a_row_that_may_have_run_is_unknown_and_sent_only_when_asked(
    service: Service, stage: Make, tmp_path: Path, ids: tuple[int, ...]
) -> None:
    stage()(batch_of(1, 2))
    forget_outcome(tmp_path, "2")
    found = stage()(batch_of(*ids))
    assert statuses(found)[ids.index(2)] == "unknown"
    assert "may have run" in found["alli_error"].to_pylist()[ids.index(2)]
    assert service.ran.count("row 2") == 1
    assert statuses(stage(retry_unknown=True)(batch_of(*ids))) == ["ok"] * len(ids)
    assert service.ran.count("row 2") == 2


@pytest.mark.parametrize("ids", [(1,), (1, 2)], ids=["the same batch", "another batch"])
def test_a_failed_row_is_sent_again(service: Service, stage: Make, ids: tuple[int, ...]) -> None:
    service.emulator.fault(app=service.app, status=400, times=1)
    assert statuses(stage()(batch_of(1))) == ["failed"]
    assert statuses(stage()(batch_of(*ids))) == ["ok"] * len(ids)
    assert statuses(stage()(batch_of(1, 3))) == ["ok", "ok"]
    assert service.ran.count("row 1") == 1


def test_a_line_that_was_cut_off_counts_as_not_written(service: Service, stage: Make, tmp_path: Path) -> None:
    stage(concurrency=1)(batch_of(1, 2))
    (path,) = tmp_path.glob("*.jsonl")
    path.write_bytes(path.read_bytes()[:-9])
    for ids in ((1, 2), (2, 3)):
        assert statuses(stage()(batch_of(*ids)))[ids.index(2)] == "unknown"
    assert service.ran.count("row 2") == 1


@pytest.mark.parametrize(
    "line", ["[" * 100_000, '{"status": "ok"}', '{"key": "1", "status": []}', '{"key": 3, "status": "ok"}', '"ok"', ""]
)
def test_a_file_with_an_odd_line_does_not_keep_an_actor_from_beginning(
    service: Service, stage: Make, tmp_path: Path, line: str
) -> None:
    stage()(batch_of(1, 2))
    tmp_path.joinpath("other.jsonl").write_text(line + "\n")
    (path,) = (path for path in tmp_path.glob("*.jsonl") if path.name != "other.jsonl")
    path.write_text(path.read_text() + line + "\n")
    assert statuses(stage()(batch_of(2))) == ["ok"]
    assert len(service.ran) == 2


def test_what_is_not_a_file_does_not_keep_an_actor_from_beginning(
    service: Service, stage: Make, tmp_path: Path
) -> None:
    tmp_path.joinpath("folder.jsonl").mkdir()
    os.mkfifo(tmp_path / "pipe.jsonl")
    assert statuses(stage()(batch_of(1))) == ["ok"]
    assert len(service.ran) == 1


def test_changed_inputs_are_noticed(stage: Make) -> None:
    stage()(batch_of(1))
    with pytest.raises(InvalidArgumentError, match="differs from the row with its key"):
        stage()(batch_of(1, text="other"))


def test_apps_can_share_a_folder(service: Service, stage: Make, make: Make, tmp_path: Path) -> None:
    @service.emulator.app(name="Whisper", inputs=[])
    def whisper(_run: AppRun) -> str:
        return "hush"

    stage()(batch_of(1))
    other = make(whisper.id, key="id", ledger=tmp_path, inputs=[])
    assert other(batch_of(1))["alli_text"].to_pylist() == ["hush"]


def test_the_line_of_a_row_is_on_the_disk_before_it_is_sent(
    service: Service, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_disk: list[str] = [""]
    sync = os.fsync

    def fsync(file: int) -> None:
        sync(file)
        on_disk.append("".join(path.read_text() for path in tmp_path.glob("*.jsonl")))

    @service.emulator.app(name="Look", inputs=[])
    def look(_run: AppRun) -> str:
        return on_disk[-1]

    monkeypatch.setattr(os, "fsync", fsync)
    found = make(look.id, key="id", ledger=tmp_path, inputs=[], concurrency=3)(batch_of(*range(9)))
    for key, seen in enumerate(found["alli_text"].to_pylist()):
        assert f'"key": "{key}"' in seen


def test_the_ledger_holds_no_key_and_no_inputs(service: Service, stage: Make, tmp_path: Path) -> None:
    stage()(batch_of(1))
    text = "".join(path.read_text() for path in tmp_path.iterdir())
    assert service.emulator.api_key not in text
    assert "row 1" not in text


def test_a_ledger_works_where_no_folder_can_be_opened(
    service: Service, stage: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def open_file(path: str | Path, *arguments: int) -> int:
        if Path(path).is_dir():
            raise PermissionError(13, "Permission denied")  # as on Windows
        return real(path, *arguments)

    monkeypatch.setattr(os, "open", open_file)
    monkeypatch.delattr(os, "O_DIRECTORY")
    assert statuses(stage()(batch_of(1, 2))) == ["ok", "ok"]
    assert len(list(tmp_path.glob("*.jsonl"))) == 1
