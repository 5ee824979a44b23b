"""How `client.apps.map` slows down for a service that allows so many calls in a second; its decisions alone, with a clock of numbers."""

from __future__ import annotations

import heapq
from collections import Counter
from weakref import WeakValueDictionary

import pytest
from alli import RateLimitError
from alli._map.pace import Pace
from alli._map.plan import Options, Plan
from alli._map.rows import Job, Outcome

CALL, REFUSAL = 0.05, 0.005
"""Seconds that each takes."""


def options(*, concurrency: int, ordered: bool = False) -> Options:
    return Options(
        concurrency=concurrency,
        key=None,
        per_minute=None,
        stop_after=None,
        max_calls=None,
        ordered=ordered,
        retry_unknown=False,
        longest_pause=60.0,
    )


def sent(*, concurrency: int, rows: int, allowed: int, retry_after: float | None) -> tuple[Counter[str], int, float]:
    """Statuses of the rows, how often the service refused one, and the seconds it took, where `allowed` calls may begin in each second."""
    plan, now, refused = Plan(options(concurrency=concurrency), None), 0.0, 0
    begun: Counter[int] = Counter()
    running: list[tuple[float, int, Job, bool]] = []
    statuses: Counter[str] = Counter()
    left = rows
    while not plan.is_over:
        while (item := plan.next_item()) is not None:
            statuses[item.status] += 1
        while plan.wants_row:
            if left:
                plan.take({"text": f"row {left}"})
                left -= 1
            else:
                plan.end()
        while (job := plan.next_job(now)) is not None:
            begun[int(now)] += 1
            good = begun[int(now)] <= allowed
            heapq.heappush(running, (now + (CALL if good else REFUSAL), job.index, job, good))
        if not plan.needs_to_wait:
            continue
        pause = plan.seconds_to_wait(now)
        if running and (pause is None or running[0][0] <= now + pause):
            now, _, job, good = heapq.heappop(running)
            error = None
            if not good:
                refused += 1
                error = RateLimitError("x", status_code=429, message="x", method="POST", retry_after=retry_after)
            plan.took(Outcome(job, error=error), now)
        else:
            assert pause is not None
            now += pause
    return statuses, refused, now


@pytest.mark.parametrize("retry_after", [1.0, 0.2, None])
@pytest.mark.parametrize(("concurrency", "allowed"), [(64, 20), (64, 5), (256, 5), (256, 100), (1, 5)])
def test_every_row_is_answered_at_last_and_refusals_stay_few(
    concurrency: int, allowed: int, retry_after: float | None
) -> None:
    rows = 40 * allowed
    statuses, refused, seconds = sent(concurrency=concurrency, rows=rows, allowed=allowed, retry_after=retry_after)
    assert statuses == {"ok": rows}
    assert refused <= 2 * concurrency + rows
    assert seconds <= 40 * (4 if retry_after is None else 1.25)


@pytest.mark.parametrize("ordered", [False, True], ids=["as completed", "ordered"])
def test_nothing_is_kept_of_rows_that_were_given(ordered: bool) -> None:
    class Row(dict[str, str]):
        """A mapping that can be watched."""

    kept: WeakValueDictionary[int, Row] = WeakValueDictionary()
    plan, now, left, most, given = Plan(options(concurrency=8, ordered=ordered), None), 0.0, 2000, 0, 0
    running: list[Job] = []
    while not plan.is_over:
        while plan.next_item() is not None:
            given += 1
        while plan.wants_row:
            if left:
                row = Row(text=f"row {left}")
                kept[left] = row
                plan.take(row)
                del row
                left -= 1
            else:
                plan.end()
        while (job := plan.next_job(now)) is not None:
            running.append(job)
        del job
        most = max(most, len(kept))
        if running:
            plan.took(Outcome(running.pop(given % len(running))), now)
    assert given == 2000
    assert most <= 2 * 8


def test_a_service_that_only_refuses_fails_the_row() -> None:
    statuses, refused, _ = sent(concurrency=4, rows=1, allowed=0, retry_after=1.0)
    assert statuses == {"failed": 1}
    assert refused == 11


def test_a_quarter_of_the_calls_run_after_a_refusal_and_answers_bring_back_the_rest() -> None:
    pace = Pace(None, 16)
    assert pace.allows(15)
    assert not pace.allows(16)
    pace.refused(1.0, 2.0, 5.0)
    assert pace.seconds_until_next(3.0) == 4.0
    assert pace.allows(3)
    assert not pace.allows(4)
    pace.refused(1.5, 2.5, 1.0)  # it ran beside the other one
    assert pace.allows(3)
    for _ in range(4):
        pace.answered()
    assert pace.allows(7)
    assert not pace.allows(8)
    for _ in range(200):
        pace.answered()
    assert pace.allows(15)
    assert not pace.allows(16)


def test_one_call_runs_however_often_the_service_refuses() -> None:
    pace = Pace(None, 3)
    for second in range(10):
        pace.refused(second, second, 0.0)
    assert pace.allows(0)
    assert not pace.allows(1)
