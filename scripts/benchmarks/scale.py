"""How a cost grows with the amount: 10, 100, 1,000 and on."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence

__all__ = ["counts", "exponent", "growth"]


def counts(highest: int) -> list[int]:
    """Powers of ten from 10 to `highest`."""
    return [10**power for power in range(1, round(math.log10(highest)) + 1)]


def growth(measure: Callable[[int], float], highest: int, rounds: int) -> dict[int, float]:
    """Cost of the whole, by amount; `measure` gives the cost of one."""
    found: dict[int, list[float]] = {count: [] for count in counts(highest)}
    for _ in range(rounds):
        for count, costs in found.items():
            costs.append(count * measure(count))
    return {count: statistics.median(costs) for count, costs in found.items()}


def exponent(costs: dict[int, float], last: int = 2) -> float:
    """The e of cost ~ amount**e, from the `last` amounts: below them what is there once outweighs the rest. 1 is linear."""
    points: Sequence[tuple[float, float]] = [(math.log(count), math.log(cost)) for count, cost in costs.items()][-last:]
    return statistics.linear_regression(*zip(*points, strict=True)).slope
