"""`python -m generator`: see README.md, or `--help`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from generator import changes, pipeline, surface
from generator.document import shown
from generator.problems import GenerationFailed

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the result is the exit status.

    0: done. 1: something is wrong, `--check` found a difference, or `diff` a breaking change. 2: wrong usage, or `diff`
    could not read a spec.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.command == "diff":
            return _diff(options.old, options.new, options.overlay, options.format)
        if options.check:
            return _check(options.spec, options.overlay, options.output)
        changed = pipeline.generate(options.spec, options.overlay, options.output)
    except GenerationFailed as failed:
        print(failed, file=sys.stderr)
        if options.command == "diff":
            return 2
        print(f"nothing was changed in {shown(options.output)}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or shown(options.output)}: {error.strerror or error}", file=sys.stderr)
        return 1
    print(f"{shown(options.output)}/ {'is rewritten' if changed else 'was up to date'}")
    return 0


def _check(spec: Path, overlay: Path, output: Path) -> int:
    diff = pipeline.check(spec, overlay, output)
    for line in diff:
        print(line)
    if diff:
        print(f"{shown(output)}/ is not what the spec gives; run: python -m generator", file=sys.stderr)
        return 1
    print(f"{shown(output)}/ is what the spec gives")
    return 0


def _diff(old: Path, new: Path, overlay: Path, style: str) -> int:
    found = changes.compare(surface.read(old, overlay), surface.read(new, overlay))
    print(changes.as_json(found) if style == "json" else changes.as_markdown(found), end="")
    return 1 if any(change.breaking for change in found) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m generator",
        description="Make the package alli from the API document. Nothing changes if any step fails.",
    )
    parser.add_argument("--check", action="store_true", help="change nothing; show what would change, exit 1 if any")
    parser.add_argument("--spec", type=Path, default=pipeline.SPEC, help="OpenAPI 3.1 document")
    parser.add_argument("--overlay", type=Path, default=pipeline.OVERLAY, help="Overlay 1.0 document")
    parser.add_argument("--output", type=Path, default=pipeline.OUTPUT, help="folder to write; replaced as a whole")
    commands = parser.add_subparsers(dest="command", metavar="diff", required=False)
    diff = commands.add_parser(
        "diff",
        help="what changed for users between two specs",
        description="What changed for users, breaking changes first; exit 1 if there is any of these.",
    )
    diff.add_argument("old", type=Path, metavar="OLD_SPEC")
    diff.add_argument("new", type=Path, metavar="NEW_SPEC")
    diff.add_argument("--overlay", type=Path, default=pipeline.OVERLAY, help="Overlay 1.0 document for both")
    diff.add_argument("--format", choices=["markdown", "json"], default="markdown")
    return parser


if __name__ == "__main__":
    sys.exit(main())
