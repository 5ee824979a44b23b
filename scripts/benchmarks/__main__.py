"""`python -m scripts.benchmarks`: prints every measurement beside its target."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from scripts.benchmarks import calls, clients
from scripts.benchmarks.measure import line

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints. A missed target is told in its line and is no failure: a busy machine misses some."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure what the client costs.")
    parser.add_argument("--long", action="store_true", help="also what takes minutes")
    parser.parse_args(arguments)
    for module in (calls, clients):
        print(module.TITLE)
        for row in module.rows():
            print(line(row), flush=True)


if __name__ == "__main__":
    main()
