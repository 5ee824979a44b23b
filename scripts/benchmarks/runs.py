"""Fresh processes, taken in turns: what else the machine does hits all peers alike."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from scripts.benchmarks.peers import NAMES

__all__ = ["Figures", "Ratio", "interleaved", "once", "ratio"]

Figures = dict[str, list[float]]
"""The figures of one name, by peer, one per round."""

TIMEOUT = 300
"""Seconds for one process."""


@dataclass(frozen=True)
class Ratio:
    """One cost as a multiple of another.

    Attributes:
        median: the ratio of the two medians.
        low, high: the middle half of the ratios of the rounds lies between these.
    """

    median: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        return {name: round(value, 3) for name, value in asdict(self).items()}


def once(case: str, peer: str, url: str, count: int) -> dict[str, float]:
    """The figures of one run in a process of its own.

    Raises:
        RuntimeError: the run failed; with the last line of what it said.
    """
    command = [sys.executable, "-W", "ignore", "-m", "scripts.benchmarks.worker", case, NAMES[peer], url, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT)
    if done.returncode:
        raise RuntimeError(f"{case} of {peer}: {(done.stderr.splitlines() or ['no word'])[-1]}")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def interleaved(
    case: str, peers: Sequence[str], url: str, count: int, rounds: int, progress: Callable[[str], None]
) -> dict[str, Figures]:
    """The figures of `rounds` rounds, each of which takes every peer once, in an order of its own."""
    found: dict[str, Figures] = {}
    for number in range(rounds):
        for peer in random.sample(list(peers), len(peers)):
            progress(f"{case}, round {number + 1} of {rounds}: {peer}")
            for name, value in once(case, peer, url, count).items():
                found.setdefault(name, {}).setdefault(peer, []).append(value)
    return found


def ratio(figures: Figures, peer: str, base: str) -> Ratio:
    """What `peer` costs, as a multiple of what `base` costs."""
    ours, theirs = figures[peer], figures[base]
    # What takes no memory at all is given as one page of it, so that there is a ratio.
    floor = 1 / 256
    rounds = [
        max(one, floor) / max(other, floor) if min(one, other) <= 0 else one / other
        for one, other in zip(ours, theirs, strict=True)
    ]
    low, _, high = statistics.quantiles(rounds, n=4, method="inclusive") if len(rounds) > 1 else rounds * 3
    medians = statistics.median(ours), statistics.median(theirs)
    if min(medians) <= 0:
        medians = max(medians[0], floor), max(medians[1], floor)
    return Ratio(medians[0] / medians[1], low, high)
