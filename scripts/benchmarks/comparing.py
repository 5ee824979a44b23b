"""Runs the comparisons and the growths that were asked for."""

from __future__ import annotations

import compileall
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.benchmarks.cases import CASES, OURS, REGENERATION, SCALES, Comparison, Scale
from scripts.benchmarks.regeneration import BASE, regenerate
from scripts.benchmarks.report import Line, Results, line_of, machine
from scripts.benchmarks.runs import ENCRYPTED, Figures, interleaved, once
from scripts.benchmarks.scale import counts, exponent, growth
from scripts.benchmarks.serving import speed

__all__ = ["QUICK_ROUNDS", "ROUNDS", "Plan", "measured"]

ROUNDS, QUICK_ROUNDS = 5, 3
FEWER = {"upload": 3, "async_upload": 3, "relay": 3, "held": 3, "large": 5, "first_client": 5, "toolkit": 3}
"""Rounds of cases that take long or vary little."""
GROWTH_ROUNDS = 3
"""Of a growth or the regeneration, unless the run is quick."""
QUICK_ORDER = {
    "first_client": 0,
    "second_client": 1,
    "upload": 2,
    "async_upload": 3,
    "relay": 4,
    "held": 5,
    "snapshots": 6,
}
"""Where memory counts, nothing large may have gone before."""

_ROOT = Path(__file__).parents[2]
_Known = dict[str, dict[str, Figures]]
"""Figures by case and by name."""


class Plan:
    """What of it all is to be measured.

    Attributes:
        quick: whether to do less of everything.
        cases, scales: the wanted ones.
        regeneration: whether it is wanted.
        steps: how many things are to be done, each told to `progress` as it begins.
    """

    def __init__(self, quick: bool, only: str = "") -> None:
        self.quick = quick
        self.cases = [case for case in CASES if only in case.title]
        self.scales = [scale for scale in SCALES if only in scale.title]
        self.regeneration = only in REGENERATION.title
        growths = [1 if quick else GROWTH_ROUNDS * len(counts(scale.highest)) for scale in self.scales]
        self.steps = sum(growths) + 2 * self._regenerations()
        if quick:
            self.steps += QUICK_ROUNDS * sum(len({peer for case in part for peer in case.peers}) for part in self.parts)
        else:
            peers = {case.case: len(case.peers) for case in self.cases}
            self.steps += sum(FEWER.get(case, ROUNDS) * count for case, count in peers.items())

    @property
    def parts(self) -> list[list[Comparison]]:
        """The cases that share processes in a quick run."""
        encrypted = [case for case in self.cases if case.case == ENCRYPTED]
        return [[case for case in self.cases if case.case != ENCRYPTED], encrypted]

    def _regenerations(self) -> int:
        return self.rounds_of_growth if self.regeneration else 0

    @property
    def rounds_of_growth(self) -> int:
        return 1 if self.quick else GROWTH_ROUNDS

    def is_empty(self) -> bool:
        """Nothing is wanted."""
        return not (self.cases or self.scales or self.regeneration)


def measured(url: str, plan: Plan, progress: Callable[[str], None]) -> Results:
    """What came out, for report.py.

    Raises:
        BenchError: a peer failed.
    """
    _compile()
    host, server = machine(), speed(url)
    known: _Known = {}
    for part in plan.parts if plan.quick else [plan.cases]:
        known |= (_quickly if plan.quick else _thoroughly)(part, url, progress)
    lines = [line_of(case, known[case.case][case.figure], known[case.case].get("server")) for case in plan.cases]
    if plan.regeneration:
        lines.append(_regeneration(plan.rounds_of_growth, progress))
    return {
        "quick": plan.quick,
        "machine": host,
        "rounds": QUICK_ROUNDS if plan.quick else ROUNDS,
        "server": server,
        "lines": lines,
        "scales": [_grown(scale, url, plan, progress) for scale in plan.scales],
    }


def _compile() -> None:
    """Bytecode for what is measured from the repository: what is installed has it, even where none is to be written."""
    for folder in ("generated", "adapters", "scripts/benchmarks"):
        compileall.compile_dir(_ROOT / folder, quiet=2)


def _thoroughly(wanted: Sequence[Comparison], url: str, progress: Callable[[str], None]) -> _Known:
    """Each case in separate processes."""
    known: _Known = {}
    for case in wanted:
        if case.case not in known:
            jobs = {peer: {case.case: case.count} for peer in case.peers}
            known |= interleaved(jobs, url, FEWER.get(case.case, ROUNDS), progress)
    return known


def _quickly(wanted: Sequence[Comparison], url: str, progress: Callable[[str], None]) -> _Known:
    """All cases of a peer in one process, for most of the time goes into starting them; the first client comes first."""
    jobs: dict[str, dict[str, int]] = {}
    for case in sorted(wanted, key=lambda case: QUICK_ORDER.get(case.case, len(QUICK_ORDER))):
        for peer in case.peers:
            jobs.setdefault(peer, {})[case.case] = case.quick
    return interleaved(jobs, url, QUICK_ROUNDS, progress) if jobs else {}


def _regeneration(rounds: int, progress: Callable[[str], None]) -> Line:
    figures: Figures = {OURS: [], BASE: []}
    for number in range(rounds):
        for peer, values in figures.items():
            progress(f"regeneration, round {number + 1} of {rounds}: {peer}")
            values.append(regenerate(peer))
    return line_of(REGENERATION, figures, None)


def _grown(scale: Scale, url: str, plan: Plan, progress: Callable[[str], None]) -> dict[str, object]:
    amounts = counts(scale.highest)

    def cost(count: int) -> float:
        progress(f"growth with {scale.title}: {count:,}")
        return once(OURS, url, [(scale.case, count)])[0]["cpu"]

    if plan.quick:
        progress(f"growth with {scale.title}: {', '.join(f'{count:,}' for count in amounts)}")
        each = once(OURS, url, [(scale.case, count) for count in amounts])
        costs = {count: count * figures["cpu"] for count, figures in zip(amounts, each, strict=True)}
    else:
        costs = growth(cost, scale.highest, plan.rounds_of_growth)
    milliseconds = {str(count): float(f"{cost * 1e3:.3g}") for count, cost in costs.items()}
    return {"title": scale.title, "milliseconds": milliseconds, "exponent": round(exponent(costs), 3)}
