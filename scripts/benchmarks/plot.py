"""The ratios as a picture, for the README."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from scripts.benchmarks.peers import NAMES
from scripts.benchmarks.report import Results

__all__ = ["draw"]

_COLOURS = {
    "alli-sdk": "#d1495b",
    "httpx": "#444444",
    "httpx2": "#888888",
    "requests": "#bbbbbb",
    "raw client": "#edae49",
    "openai": "#00798c",
    "anthropic": "#30638e",
}


def draw(results: Results, folder: Path) -> list[Path]:
    """Writes benchmarks.png and benchmarks.svg: a row per line of the table that has a ratio to httpx, a dot per peer."""
    matplotlib = import_module("matplotlib")
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "alli"
    matplotlib.rcParams["svg.fonttype"] = "none"
    pyplot: Any = import_module("matplotlib.pyplot")
    lines = [line for line in results["lines"] if line["unit"] != "MiB" and "httpx" in line["ratios"]]
    figure, axes = pyplot.subplots(figsize=(10, 0.42 * len(lines) + 1.6), layout="constrained")
    axes.axvline(1, color="#444444", linewidth=0.8)
    for peer in reversed(NAMES):
        points = [(row, _to_httpx(line, peer)) for row, line in enumerate(reversed(lines)) if peer in line["ratios"]]
        rows, spreads = [row for row, _ in points], [spread for _, spread in points]
        middle = [spread[1] for spread in spreads]
        reach = [[abs(spread[1] - spread[0]) for spread in spreads], [abs(spread[2] - spread[1]) for spread in spreads]]
        size = 9 if peer == "alli-sdk" else 6
        axes.errorbar(middle, rows, xerr=reach, fmt="o", markersize=size, color=_COLOURS[peer], label=peer, capsize=2)
    axes.set_xscale("log")
    axes.set_yticks(range(len(lines)), [line["title"] for line in reversed(lines)])
    axes.set_xlabel("cost as a multiple of bare httpx's, median and middle half of the rounds; left is cheaper")
    axes.grid(axis="x", which="both", linewidth=0.3)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(
        handles[::-1], labels[::-1], loc="upper center", bbox_to_anchor=(0.4, 1.1), ncols=len(NAMES), frameon=False
    )
    paths = [folder / "benchmarks.png", folder / "benchmarks.svg"]
    figure.savefig(paths[0], dpi=110)
    figure.savefig(paths[1], metadata={"Date": None})
    pyplot.close(figure)
    return paths


def _to_httpx(line: dict[str, Any], peer: str) -> tuple[float, float, float]:
    ratio, base = line["ratios"][peer], line["ratios"]["httpx"]["median"]
    low, middle, high = (max(ratio[name], 0.001) / base for name in ("low", "median", "high"))
    return min(low, middle), middle, max(high, middle)
