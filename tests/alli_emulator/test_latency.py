"""How long runs take, and how often requests fail: by a seed."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from alli_emulator import Emulator, Latency

Connect = Callable[[Emulator], httpx.Client]


def first(pauses: Iterator[float], number: int) -> list[float]:
    return list(itertools.islice(pauses, number))


def test_pauses_are_those_of_the_model() -> None:
    assert first(Latency(first_text=0.5, texts_per_second=4).pauses(0), 4) == [0.5, 0.25, 0.25, 0.25]
    assert first(Latency(first_text=0.5).pauses(0), 3) == [0.5, 0, 0]


def test_jitter_stays_within_its_bounds_and_is_used() -> None:
    model = Latency(first_text=1, texts_per_second=10, jitter=0.3, seed=1)
    later = [one for run in range(50) for one in first(model.pauses(run), 20)[1:]]
    assert min(later) >= 0.07
    assert max(later) <= 0.13
    assert max(later) - min(later) > 0.05
    assert 0.098 < sum(later) / len(later) < 0.102


def test_the_same_seed_gives_the_same_times_and_faults_and_another_gives_others() -> None:
    def drawn(seed: int) -> tuple[Any, ...]:
        model = Latency(first_text=1, texts_per_second=10, jitter=0.5, fault_probability=0.5, seed=seed)
        return tuple(first(model.pauses(3), 5)), tuple(model.fails(number) for number in range(30))

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_faults_come_as_often_as_said() -> None:
    model = Latency(fault_probability=0.1)
    assert 70 < sum(model.fails(number) for number in range(1000)) < 130
    assert not any(Latency().fails(number) for number in range(100))


def test_streams_and_whole_answers_take_their_time(connect: Connect) -> None:
    with Emulator(latency=Latency(first_text=0.3, texts_per_second=20)) as alli:

        @alli.app(name="Counts")
        def counts(run: Any) -> Iterator[str]:
            yield from "abcde"

        http = connect(alli)
        began = time.monotonic()
        http.post(f"/webapi/apps/{counts.id}/run", json={"inputs": {"a": "b"}}).raise_for_status()
        assert time.monotonic() - began >= 0.3 + 4 / 20
        times = []
        began = time.monotonic()
        with http.stream(
            "POST", f"/webapi/apps/{counts.id}/run", json={"inputs": {"a": "b"}, "mode": "stream"}
        ) as answer:
            for line in answer.iter_lines():
                messages = json.loads(line)["result"]["responses"]
                if messages:
                    times.append(time.monotonic() - began)
        assert times[0] >= 0.3
        assert times[4] >= 0.3 + 4 / 20


def test_a_share_of_the_requests_fails_and_a_fault_that_is_set_comes_before(connect: Connect) -> None:
    with Emulator(latency=Latency(fault_probability=1, fault_status=502)) as alli:
        http = connect(alli)
        answer = http.get("/webapi/v2/apps")
        assert (answer.status_code, answer.json()["code"]) == (502, 7000)
        alli.fault(status=429)
        assert http.get("/webapi/v2/apps").status_code == 429
    with Emulator(latency=Latency(fault_probability=0.5, seed=4)) as alli:
        http = connect(alli)
        seen = [http.get("/webapi/v2/apps").status_code for _ in range(20)]
        alli.reset()
        assert [http.get("/webapi/v2/apps").status_code for _ in range(20)] == seen
        assert set(seen) == {200, 503}


@pytest.mark.parametrize(
    "wrong",
    [{"first_text": -1}, {"jitter": 2}, {"fault_probability": 1.1}, {"texts_per_second": 0}, {"fault_status": 200}],
)
def test_a_number_outside_its_bounds_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Latency(**wrong)  # type: ignore[arg-type]


def test_a_command_line_names_a_model() -> None:
    assert Latency.from_text("first_text=0.8, texts_per_second=25,seed=7") == Latency(
        first_text=0.8, texts_per_second=25, seed=7
    )
    with pytest.raises(ValueError, match="unknown name 'first'; known are first_text"):
        Latency.from_text("first=1")
    with pytest.raises(ValueError, match="Latency: first_text must be a number, as in first_text=1, not 'slow'"):
        Latency.from_text("first_text=slow")
