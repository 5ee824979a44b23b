"""The ratios as a picture, for docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from scripts.benchmarks.cases import OURS
from scripts.benchmarks.peers import NAMES
from scripts.benchmarks.report import Line, Results

__all__ = ["draw", "shown"]

_STYLES = {
    "alli-sdk": ("o", "#d1495b"),
    "alli aiohttp": ("*", "#d1495b"),
    "httpx": ("o", "#222222"),
    "httpx2": ("^", "#777777"),
    "requests": ("v", "#aaaaaa"),
    "raw client": ("P", "#edae49"),
    "openai": ("s", "#00798c"),
    "anthropic": ("D", "#30638e"),
}
"""Marker and colour: who can't tell the colours apart has the shapes."""
_LOWEST, _HIGHEST = 0.1, 100.0
"""Of the axis; what lies beyond stands at its end, with its number."""
_HEIGHT = 0.6
"""The part of a row that its peers share, each on a different level."""


def shown(lines: Sequence[Line]) -> list[Line]:
    """The lines that have a ratio to httpx. Those of memory are not shown: none at all is too often what they compare."""
    return [line for line in lines if line["unit"] != "MiB" and "httpx" in line["ratios"]]


def draw(results: Results, folder: Path) -> list[Path]:
    """Writes benchmarks.png and benchmarks.svg: a row per line of the table that has a ratio to httpx, a mark per peer."""
    matplotlib = import_module("matplotlib")
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "alli"
    matplotlib.rcParams["svg.fonttype"] = "none"
    pyplot: Any = import_module("matplotlib.pyplot")
    lines = shown(results["lines"])[::-1]
    figure, axes = pyplot.subplots(figsize=(10, 0.5 * len(lines) + 1.4), layout="constrained")
    for row in range(0, len(lines), 2):
        axes.axhspan(row - 0.5, row + 0.5, color="#f4f4f4", linewidth=0)
    for level, peer in enumerate(NAMES):
        _draw_peer(axes, lines, peer, _HEIGHT * (0.5 - level / (len(NAMES) - 1)))
    axes.set_xscale("log")
    axes.set_xlim(_LOWEST / 1.25, _HIGHEST * 1.25)
    axes.set_ylim(-0.5, len(lines) - 0.5)
    ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
    axes.set_xticks(ticks, [f"{tick:g} ×" for tick in ticks])
    axes.minorticks_off()
    axes.axvline(1, color="#444444", linewidth=0.8)
    axes.grid(axis="x", linewidth=0.3)
    axes.set_yticks(range(len(lines)), [line["title"] for line in lines])
    axes.tick_params(axis="y", length=0)
    figure.supxlabel(
        "cost as a multiple of bare httpx's: ratio of medians, middle half of the rounds; left is cheaper", fontsize=10
    )
    figure.legend(loc="outside upper center", ncols=len(NAMES), frameon=False)
    paths = [folder / "benchmarks.png", folder / "benchmarks.svg"]
    figure.savefig(paths[0], dpi=110)
    figure.savefig(paths[1], metadata={"Date": None})
    pyplot.close(figure)
    return paths


def _draw_peer(axes: Any, lines: Sequence[Line], peer: str, offset: float) -> None:
    marker, colour = _STYLES[peer]
    size = 9 if peer == OURS else 6
    axes.plot([], [], marker, markersize=size, color=colour, label=peer)
    for row, line in enumerate(lines):
        if peer not in line["ratios"]:
            continue
        low, middle, high = _to_httpx(line, peer)
        place = min(max(middle, _LOWEST), _HIGHEST)
        axes.plot([low, high], [row + offset] * 2, color=colour, linewidth=1.2)
        axes.plot([place], [row + offset], marker, markersize=size, color=colour)
        if place != middle:
            beside, side = (1.12, "left") if place > middle else (1 / 1.12, "right")
            axes.text(place * beside, row + offset, f"{middle:.1g} ×", fontsize=7, ha=side, va="center", color=colour)


def _to_httpx(line: Line, peer: str) -> tuple[float, float, float]:
    ratio, base = line["ratios"][peer], line["ratios"]["httpx"]["median"]
    low, middle, high = (max(ratio[name], 0.001) / base for name in ("low", "median", "high"))
    return low, middle, high
