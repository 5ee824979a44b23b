"""`AlliMap` in a local Ray, with actors that are killed in the middle."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import ray
from alli_batch.ray import AlliMap
from alli_emulator import App, AppInput, AppRun

from tests.alli_batch.conftest import Service, served
from tests.recipes import follow

pytestmark = [
    pytest.mark.timeout(180),
    # Ray forks, and leaves files open in the processes that start it.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::FutureWarning"),
]


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> None:
    """Ray keeps threads and processes until the last test."""


@pytest.fixture(scope="module")
def shared() -> Iterator[Service]:
    """A service and a cluster that inherits its address, so that no process need be started for other settings."""
    logging.getLogger("ray").setLevel(logging.ERROR)
    with pytest.MonkeyPatch.context() as patch, served(patch) as made:
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=100 * 2**20)
        ray.data.DataContext.get_current().enable_progress_bars = False
        yield made
        ray.shutdown()


@pytest.fixture
def service(shared: Service) -> Service:
    shared.ran.clear()
    return shared


def rows(count: int) -> ray.data.Dataset:
    return ray.data.from_items(
        [{"id": number, "text": f"row {number}"} for number in range(count)], override_num_blocks=2
    )


def test_two_actors_do_each_row_once(service: Service, tmp_path: Path) -> None:
    done = rows(40).map_batches(
        AlliMap,
        fn_constructor_kwargs={"app_id": service.app.id, "key": "id", "ledger": str(tmp_path), "concurrency": 4},
        batch_size=10,
        compute=ray.data.ActorPoolStrategy(size=2),
        num_cpus=0.5,
    )
    found = {row["id"]: row["alli_text"] for row in done.take_all()}
    assert found == {number: f"ROW {number}" for number in range(40)}
    assert sorted(service.ran) == sorted(f"row {number}" for number in range(40))


def test_a_wrong_key_ends_the_job(service: Service) -> None:
    before = len(service.emulator.requests)
    done = rows(200).map_batches(
        AlliMap,
        fn_constructor_kwargs={
            "app_id": service.app.id,
            "inputs": ["text"],
            "concurrency": 2,
            "api_key": lambda: "wrong",
        },
        batch_size=100,
        compute=ray.data.ActorPoolStrategy(size=1),
    )
    with pytest.raises(ray.exceptions.RayTaskError, match="AuthenticationError") as ended:
        done.take_all()
    assert len(service.emulator.requests) - before < 10
    assert "wrong" not in str(ended.value)


class Deadly:
    """An app that kills the actor which calls it, at its eighth run, and counts its runs."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.ran: list[str] = []
        self.killed: list[int] = []
        self._pid = folder / "pid"
        lock = threading.Lock()

        @service.emulator.app(name="Deadly", inputs=[AppInput("text", "Text")])
        def deadly(run: AppRun) -> str:
            with lock:
                self.ran.append(run.text_input("text"))
                if len(self.ran) == 8:
                    self.killed.append(int(self._pid.read_text()))
                    os.kill(self.killed[0], signal.SIGKILL)
            return run.text_input("text").upper()

        self.app: App = deadly

    def watched(self) -> type[AlliMap]:
        """An AlliMap that says which process it is in; defined here, so that Ray takes it along."""
        path = self._pid

        class Watched(AlliMap):
            def __call__(self, batch: Any) -> Any:
                path.write_text(str(os.getpid()))
                return super().__call__(batch)

        return Watched


@pytest.mark.parametrize("with_ledger", [True, False], ids=["with a ledger", "without a ledger"])
def test_a_killed_actor_loses_no_row_and_none_is_done_twice(
    service: Service, tmp_path: Path, with_ledger: bool
) -> None:
    """Ray starts the actor again and repeats its block."""
    deadly = Deadly(service, tmp_path)
    ledger = {"ledger": str(tmp_path / "ledger")} if with_ledger else {}
    done = rows(24).map_batches(
        deadly.watched(),
        fn_constructor_kwargs={"app_id": deadly.app.id, "key": "id", "concurrency": 2, **ledger},
        batch_size=6,
        compute=ray.data.ActorPoolStrategy(size=1),
        num_cpus=0.5,
    )
    found = {row["id"]: row for row in done.take_all()}
    assert deadly.killed, "no actor was killed"
    assert found.keys() == set(range(24))
    assert max(Counter(deadly.ran).values()) == 1
    statuses = Counter(row["alli_status"] for row in found.values())
    assert statuses.keys() == {"ok", "unknown"}
    for number, row in found.items():
        if row["alli_status"] == "ok":
            assert (row["alli_text"], deadly.ran.count(row["text"])) == (f"ROW {number}", 1)
    if with_ledger:
        # Those that were in use; the others of the batch were done before or are sent now.
        assert 1 <= statuses["unknown"] <= 2
    else:
        # Two batches of the block had begun.
        assert statuses["unknown"] == 12


def test_the_readme_of_the_stage_does_each_row_once(service: Service, tmp_path: Path) -> None:
    cluster = {"RAY_ADDRESS": ray.get_runtime_context().gcs_address, "APP_ID": service.app.id}
    lines = follow("adapters/alli_batch/README.md", tmp_path, cluster)
    assert sum(line.startswith("r-") and " ok " in line for line in lines) == 40
    assert len(service.ran) == len(set(service.ran)) == 40
