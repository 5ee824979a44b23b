"""Fresh processes, taken in turns: what else the machine does hits all peers alike."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
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


def once(peer: str, url: str, counts: Mapping[str, int]) -> dict[str, dict[str, float]]:
    """The figures of one process that runs cases, so much of each, one after another; by case and name.

    Raises:
        RuntimeError: the run failed; with the last line of what it said.
    """
    wanted = [f"{case}={count}" for case, count in counts.items()]
    command = [sys.executable, "-W", "ignore", "-m", "scripts.benchmarks.worker", NAMES[peer], url, *wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT)
    if done.returncode:
        raise RuntimeError(f"{', '.join(counts)} of {peer}: {(done.stderr.splitlines() or ['no word'])[-1]}")
    figures: dict[str, dict[str, float]] = json.loads(done.stdout)
    return figures


def interleaved(
    jobs: Mapping[str, Mapping[str, int]], url: str, rounds: int, progress: Callable[[str], None]
) -> dict[str, dict[str, Figures]]:
    """The figures of `rounds` rounds, each of which takes every peer once, in an order of its own.

    Args:
        jobs: how much of which cases each peer does in its process.
        url: of the server.
        rounds: how often.
        progress: called before each process with what it is for.
    """
    found: dict[str, dict[str, Figures]] = {}
    for number in range(rounds):
        for peer in random.sample(list(jobs), len(jobs)):
            progress(f"round {number + 1} of {rounds}, {peer}: {', '.join(jobs[peer])}")
            for case, figures in once(peer, url, jobs[peer]).items():
                for name, value in figures.items():
                    found.setdefault(case, {}).setdefault(name, {}).setdefault(peer, []).append(value)
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
