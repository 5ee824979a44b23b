"""CPU time of things done in turns, so that what else the machine does hits all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping

__all__ = ["Row", "amedians", "line", "medians", "ratio_row"]

Row = tuple[str, str, str]
"""What was measured, what came out, and the target or ""."""


def medians(actions: Mapping[str, Callable[[], object]], *, rounds: int, times: int = 1) -> dict[str, float]:
    """Seconds of CPU time (of this process, all threads) per call of each action: the median over `rounds` of `times` calls each."""
    spent: dict[str, list[float]] = {name: [] for name in actions}
    for action in actions.values():
        action()
    for _ in range(rounds):
        for name, action in actions.items():
            began = time.process_time()
            for _ in range(times):
                action()
            spent[name].append((time.process_time() - began) / times)
    return {name: statistics.median(values) for name, values in spent.items()}


async def amedians(
    actions: Mapping[str, Callable[[], Awaitable[object]]], *, rounds: int, times: int = 1
) -> dict[str, float]:
    """As `medians`, awaited."""
    spent: dict[str, list[float]] = {name: [] for name in actions}
    for action in actions.values():
        await action()
    for _ in range(rounds):
        for name, action in actions.items():
            began = time.process_time()
            for _ in range(times):
                await action()
            spent[name].append((time.process_time() - began) / times)
    return {name: statistics.median(values) for name, values in spent.items()}


def ratio_row(name: str, ours: float, theirs: float, target: float) -> Row:
    """A row that compares two CPU times in seconds; `target` is the highest ratio wanted."""
    verdict = "" if ours <= target * theirs else "  MISSED"
    text = f"{ours / theirs:5.2f} x  ({ours * 1e6:,.0f} us; bare {theirs * 1e6:,.0f} us)"
    return name, text, f"at most {target:.2f} x{verdict}"


def line(row: Row) -> str:
    """A row as it is printed."""
    name, text, target = row
    return f"  {name:<34} {text:<46} {target}".rstrip()
