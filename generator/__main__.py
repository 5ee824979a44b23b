"""`python -m generator`: see README.md, or `--help`."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from generator import pipeline, update
from generator.changes import compare, surface
from generator.document.files import shown
from generator.document.problems import GenerationFailed, Problem
from generator.intake import merging

__all__ = ["main"]

_STATUSES = """\
exit status:
  0    done, with import and update also where the spec says all of that already; with --check and diff: nothing (breaking) has changed
  1    nothing was written, and why: the document or the overlay is wrong, a folder can't be written, the disk is full, ...;
       or --check found a difference, diff a breaking change
  2    wrong usage, or diff could not read a document
  130  interrupted (143 by SIGTERM): the output is as it was, or whole and new
"""

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the result is the exit status, as `--help` tells it."""
    options = _parser().parse_args(arguments)
    try:
        status = _run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has enough, as `head` does. Python would complain of the rest it can't write when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print(f"interrupted; {shown(_target(options))} is as it was, or whole and new", file=sys.stderr)
        return 130
    return status


def _target(options: argparse.Namespace) -> Path:
    """What the program would change."""
    target: Path = options.spec if options.command == "import" else options.output
    return target


def _run(options: argparse.Namespace) -> int:
    try:
        status: int = options.run(options)
    except GenerationFailed as failed:
        print(failed, file=sys.stderr)
        if options.command == "diff":
            return 2
        where = "" if options.command == "update" else f" in {shown(_target(options))}"
        print(f"nothing was changed{where}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        raise
    except OSError as error:
        # What couldn't be written is gone already; the folder that it stood in tells where to look.
        print(f"{shown(_target(options))}: {_reason(error)}; nothing was changed", file=sys.stderr)
        return 1
    return status


def _reason(error: OSError) -> str:
    reason = error.strerror or str(error)
    if error.errno in _NO_ROOM:
        return f"{reason}, so the result could not be written: make room, or name another place"
    return f"{reason} ({error.filename})" if error.filename else reason


def _end_in_order_when_terminated() -> None:
    """SIGTERM ends the program as Ctrl-C does: what was begun is taken away."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def _warn(problem: Problem) -> None:
    print(problem, file=sys.stderr)


def _generate(options: argparse.Namespace) -> int:
    if options.check:
        diff = pipeline.check(options.spec, options.overlay, options.output, warn=_warn)
        print("\n".join(diff), end="\n" if diff else "")
        outcome = "is not what the spec gives; run: python -m generator" if diff else "is what the spec gives"
        print(f"{shown(options.output)}/ {outcome}", file=sys.stderr if diff else sys.stdout)
        return 1 if diff else 0
    changed = pipeline.generate(options.spec, options.overlay, options.output, warn=_warn)
    print(f"{shown(options.output)}/ {'is rewritten' if changed else 'was up to date'}")
    return 0


def _import(options: argparse.Namespace) -> int:
    done = merging.merge(options.files, options.spec, security=options.security)
    for line in done.changed:
        print(line)
    for warning in done.warnings:
        print(warning, file=sys.stderr)
    outcome = "is rewritten; next: python -m generator" if done.changed else "says all of that already"
    print(f"{shown(options.spec)} {outcome}")
    return 0


def _update(options: argparse.Namespace) -> int:
    done = update.update(
        options.files,
        options.spec,
        options.overlay,
        options.output,
        today=datetime.now(UTC).date(),
        notes=update.NOTES,
        security=options.security,
        dry_run=options.dry_run,
        warn=_warn,
    )
    print(done.request, end="")
    what = "would be written" if options.dry_run else "is written"
    for path in done.written:
        print(f"{shown(path)} {what}", file=sys.stderr)
    if not done.written:
        for warning in done.warnings:  # else the request has them
            print(warning, file=sys.stderr)
        print(f"{shown(options.spec)} says all of that already", file=sys.stderr)
    return 0


def _diff(options: argparse.Namespace) -> int:
    old, new = (surface.read(spec, options.overlay, warn=_warn) for spec in (options.old, options.new))
    found = compare.compare(old, new)
    print(compare.as_json(found) if options.format == "json" else compare.as_markdown(found), end="")
    return 1 if any(change.breaking for change in found) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m generator",
        description="Make the package alli from the API document. Nothing changes if any step fails.",
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="change nothing; show what would change, exit 1 if any")
    parser.add_argument("--spec", type=_file, default=pipeline.SPEC, help="OpenAPI 3.0 or 3.1 document")
    parser.add_argument("--overlay", type=_file, default=pipeline.OVERLAY, help="Overlay 1.0 document")
    parser.add_argument("--output", type=_file, default=pipeline.OUTPUT, help="folder to write; replaced as a whole")
    parser.set_defaults(run=_generate)
    commands = parser.add_subparsers(dest="command", metavar="{diff,import,update}", required=False)
    diff = commands.add_parser(
        "diff",
        help="what changed for users between two specs",
        description="What changed for users, breaking changes first; exit 1 if there is any of these.",
    )
    diff.add_argument("old", type=_file, metavar="OLD_SPEC")
    diff.add_argument("new", type=_file, metavar="NEW_SPEC")
    diff.add_argument("--overlay", type=_file, default=pipeline.OVERLAY, help="Overlay 1.0 document for both")
    diff.add_argument("--format", choices=["markdown", "json"], default="markdown")
    diff.set_defaults(run=_diff)
    taking = argparse.ArgumentParser(add_help=False)
    taking.add_argument(
        "files", type=_file, nargs="+", metavar="FILE", help="JSON, YAML, or Markdown with a json block per operation"
    )
    taking.add_argument(
        "--security",
        action="store_true",
        help="take `security` and the security schemes as well; without it the spec keeps its own",
    )
    importer = commands.add_parser(
        "import",
        parents=[taking],
        help="take a new document of the vendor's into the spec",
        description="Merge OpenAPI documents, or pages of the vendor's saved as Markdown, into the spec. Operations that they don't name "
        "stay as they are.",
    )
    importer.add_argument("--spec", type=_file, default=pipeline.SPEC, help="the document to merge into")
    importer.set_defaults(run=_import)
    updater = commands.add_parser(
        "update",
        parents=[taking],
        help="import, and all that follows: generated/, the changelog's entry, the version, the text of a pull request",
        description="Merge as `import` does, generate, write the entry of the changelog and the version that the changes demand, and print the "
        "text of a pull request. Nothing changes if any step fails.",
    )
    updater.add_argument("--dry-run", action="store_true", help="try all steps and print the text; change nothing")
    updater.set_defaults(run=_update)
    return parser


def _file(text: str) -> Path:
    """An argument that names a file of this machine.

    Raises:
        argparse.ArgumentTypeError: it is a URL. A document should be looked at, and kept, before an SDK is made of it.
    """
    if "://" in text:
        raise argparse.ArgumentTypeError("is a URL; save the document to a file, look at it, and name the file")
    return Path(text)


if __name__ == "__main__":
    _end_in_order_when_terminated()
    sys.exit(main())
