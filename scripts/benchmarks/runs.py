"""Fresh processes, taken in turns: what else the machine does hits all peers alike."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.benchmarks.peers import NAMES

__all__ = ["ENCRYPTED", "BenchError", "Figures", "Ratio", "interleaved", "once", "ratio"]

Figures = dict[str, list[float]]
"""The figures of one name, by peer, one per round."""

ENCRYPTED = "tls_call"
"""The case whose processes trust the server's authority, and no other."""
AUTHORITY = str(Path(__file__).parents[2] / "tests/alli/tls/authority.pem")
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


class BenchError(Exception):
    """A measurement that could not be made; the text says which, and why."""


def once(peer: str, url: str, jobs: Iterable[tuple[str, int]], timeout: float = TIMEOUT) -> list[dict[str, float]]:
    """What came out of cases, so much of each, one after another in one process; by the name of the figure.

    Args:
        peer: its shown name.
        url: of the server.
        jobs: the cases, and how much of each.
        timeout: seconds for all of them.

    Raises:
        BenchError: the run failed, with the end of what it said, or took too long.
    """
    wanted = [f"{case}={count}" for case, count in jobs]
    environment = dict(os.environ)
    if any(word.startswith(ENCRYPTED) for word in wanted):
        # Certificates are loaded once in a process, and what that costs is a line of the table.
        environment |= {"SSL_CERT_FILE": AUTHORITY, "REQUESTS_CA_BUNDLE": AUTHORITY}
    command = [sys.executable, "-W", "ignore", "-m", "scripts.benchmarks.worker", NAMES[peer], url, *wanted]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout, env=environment)
    except subprocess.TimeoutExpired:
        raise BenchError(f"{peer}: not done after {timeout:g} s with {', '.join(wanted)}") from None
    if done.returncode:
        said = " ".join(line.strip() for line in done.stderr.splitlines()[-2:]) or f"exit code {done.returncode}"
        raise BenchError(f"{peer}: {said}")
    figures: list[dict[str, float]] = json.loads(done.stdout)
    return figures


def interleaved(
    jobs: Mapping[str, Mapping[str, int]], url: str, rounds: int, progress: Callable[[str], None]
) -> dict[str, dict[str, Figures]]:
    """The figures of `rounds` rounds, each of which takes every peer once, in a random order.

    Args:
        jobs: how much of which cases each peer does in its process.
        url: of the server.
        rounds: how often.
        progress: called before each process with what it is for.
    """
    found: dict[str, dict[str, Figures]] = {}
    for number in range(rounds):
        for peer in random.sample(list(jobs), len(jobs)):
            what = ", ".join(jobs[peer]) if len(jobs[peer]) < 3 else f"{len(jobs[peer])} cases"
            progress(f"round {number + 1} of {rounds}, {peer}: {what}")
            for case, figures in zip(jobs[peer], _again_if_rival_fails(peer, url, jobs[peer]), strict=True):
                for name, value in figures.items():
                    found.setdefault(case, {}).setdefault(name, {}).setdefault(peer, []).append(value)
    return found


def _again_if_rival_fails(peer: str, url: str, jobs: Mapping[str, int]) -> list[dict[str, float]]:
    """As `once`. A rival that fails is measured once more; a failure of ours ends the run.

    More than 20 threads on one `httpx.Client` fail now and then: httpcore may close, as one idle connection too many, one
    that another thread was just given.
    """
    try:
        return once(peer, url, jobs.items())
    except BenchError:
        if peer.startswith("alli"):
            raise
        return once(peer, url, jobs.items())


def ratio(figures: Figures, peer: str, base: str, least: float) -> Ratio:
    """What `peer` costs, as a multiple of what `base` costs; less than `least` can't be told from nothing and counts as that."""
    ours, theirs = ([max(value, least) for value in figures[name]] for name in (peer, base))
    rounds = [one / other for one, other in zip(ours, theirs, strict=True)]
    low, _, high = statistics.quantiles(rounds, n=4, method="inclusive") if len(rounds) > 1 else rounds * 3
    return Ratio(statistics.median(ours) / statistics.median(theirs), low, high)
