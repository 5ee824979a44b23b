"""`python -m generator update`: a newer document of the vendor's, from its files to the text of a pull request.

The document is merged and compared as a copy, and the tree is generated from the copy. Only then are files written, all at once: an update that is
killed in the long time before that has changed nothing. Where the writing fails, the files are put back.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from generator import pipeline
from generator.changes import compare, surface
from generator.changes.compare import Change
from generator.document.files import shown
from generator.document.problems import GenerationFailed, Place, Problem
from generator.intake import merging
from generator.output import replace_tree
from generator.raw.reading import Warn, silent

__all__ = ["NOTES", "Notes", "Updated", "update"]

_VERSION = '__version__ = "'


@dataclass(frozen=True)
class Notes:
    """Where the project keeps what it says to users about a change.

    Attributes:
        fragments: Folder of the entries of the next part of the changelog.
        changelog: The parts of the versions that are released, each under `## VERSION, DATE`.
        version: The template whose line `__version__ = "…"` is the version.
    """

    fragments: Path
    changelog: Path
    version: Path


NOTES = Notes(
    fragments=pipeline.ROOT / "changelog.d",
    changelog=pipeline.ROOT / "CHANGELOG.md",
    version=pipeline.ROOT / "generator" / "templates" / "alli" / "version.py.jinja",
)
"""Of this project."""


@dataclass(frozen=True)
class Updated:
    """What an update did, or would do.

    Attributes:
        written: The files and the folder; none if the spec says all of that already.
        request: Text of a pull request in Markdown, its title first; "" if nothing is written.
        warnings: As of an import.
    """

    written: list[Path]
    request: str
    warnings: list[str]


def update(
    files: list[Path],
    spec: Path,
    overlay: Path,
    output: Path,
    *,
    today: date,
    notes: Notes,
    security: bool = False,
    dry_run: bool = False,
    warn: Warn = silent,
) -> Updated:
    """Take newer documents into the spec, and all that follows from it.

    Args:
        files: As for `import`.
        spec: The document to merge into.
        overlay: What is said of both.
        output: The generated tree.
        today: Names the changelog's entries.
        notes: What else is written.
        security: As for `import`.
        dry_run: Changes nothing.
        warn: Called with what the spec says that can't be used.

    Raises:
        GenerationFailed: A step failed; nothing has changed.
    """
    for written in (spec.parent, notes.fragments, notes.version.parent):
        replace_tree.check_folder(written)
    replace_tree.check_tree(output)
    with tempfile.TemporaryDirectory() as folder:
        newer = Path(folder) / spec.name
        newer.write_bytes(spec.read_bytes())
        merged = merging.merge(files, newer, security=security)
        if not merged.changed:
            return Updated([], "", merged.warnings)

        def named(problem: Problem) -> None:
            warn(_at(problem, newer, shown(spec)))

        try:
            changes = compare.compare(surface.read(spec, overlay), surface.read(newer, overlay))
            present = _version(notes.version)
            version = next_version(present, _released(notes.changelog), changes)
            texts = {
                spec: newer.read_text("utf-8"),
                **{_fragment(notes.fragments, today, kind): text for kind, text in _entries(changes)},
            }
            if version != present:
                texts[notes.version] = _with_version(notes.version, present, version)
            with pipeline.built(newer, overlay, None if dry_run else output, named, source=spec) as tree:
                rendered = tree / "alli" / "version.py"  # from the template as it still is
                rendered.write_text(_with_version(rendered, present, version), "utf-8")
                if not dry_run:
                    with replace_tree.uninterrupted(), _all_or_nothing(texts):
                        replace_tree.replace(output, tree)
        except GenerationFailed as failed:
            raise GenerationFailed(
                [_at(problem, newer, f"{shown(spec)} (merged)") for problem in failed.problems]
            ) from failed
    request = _request(today, merged, changes, present, version)
    return Updated([*texts, output], request, merged.warnings)


def _at(problem: Problem, copy: Path, file: str) -> Problem:
    """The same, with a name for the copy of the spec, which nobody can look into afterwards."""
    place = problem.place
    return replace(problem, place=Place(file, place.line)) if place and place.file == shown(copy) else problem


def next_version(present: str, released: Iterable[str], changes: list[Change]) -> str:
    """The version that the changes demand: at least a step after the last release, and never below the present one.

    A break raises the first number, before 1.0 the second. What is new raises the second, before 1.0 the third.
    """
    last = max(map(_numbers, released), default=None)
    if last is None or not changes:
        return present
    major, minor, patch = last
    step = 0 if any(change.breaking for change in changes) else 1
    step += major == 0
    wanted = [(major + 1, 0, 0), (major, minor + 1, 0), (major, minor, patch + 1)][step]
    return ".".join(map(str, max(wanted, _numbers(present))))


def _numbers(version: str) -> tuple[int, int, int]:
    """Of a version such as 1.2.0; of 1.2.0rc1 those of the version that it leads to."""
    first, second, third = version.split(".")
    digits = next((index for index, each in enumerate(third) if not each.isdigit()), len(third))
    return int(first), int(second), int(third[:digits])


def _version(template: Path) -> str:
    if version := template.read_text("utf-8").partition(_VERSION)[2].partition('"')[0]:
        return version
    raise GenerationFailed([Problem(f'has no line {_VERSION}…"', Place(shown(template)))])


def _with_version(file: Path, present: str, version: str) -> str:
    return file.read_text("utf-8").replace(f'{_VERSION}{present}"', f'{_VERSION}{version}"')


def _released(changelog: Path) -> list[str]:
    headings = [line for line in changelog.read_text("utf-8").splitlines() if line.startswith("## ") and ", " in line]
    return [line.removeprefix("## ").partition(",")[0] for line in headings]


def _entries(changes: list[Change]) -> Iterable[tuple[str, str]]:
    """Kind and text of each entry of the changelog, which users read: what maintainers have left to do is not in it."""
    told = [change for change in changes if change.text != compare.UNNAMED]
    for kind, breaking in (("breaking", True), ("changed", False)):
        lines = [f"  - `{change.name}`: {change.text}" for change in told if change.breaking is breaking]
        if lines:
            yield kind, "\n".join(["From a newer document of the API:", *lines, ""])


def _fragment(folder: Path, today: date, kind: str) -> Path:
    """The first name that is free: a second document may come on the same day."""
    names = (f"api-{today}{f'-{number}' if number else ''}.{kind}.md" for number in range(1000))
    return next(folder / name for name in names if not (folder / name).exists())


def _request(today: date, merged: merging.Merged, changes: list[Change], present: str, version: str) -> str:
    breaking = sum(change.breaking for change in changes)
    news = f"{breaking} of {len(changes)} changes for users break programs" if changes else "nothing changes for users"
    step = f"The version goes from {present} to {version}." if version != present else f"The version stays {present}."
    parts = [
        f"The API document of {today}: {news}\n",
        compare.as_markdown(changes),
        f"## Version\n\n{step}\n",
        "\n".join(["## In the document", "", *(f"- {line}" for line in merged.changed), ""]),
    ]
    if merged.warnings:
        parts.append("\n".join(["## To look at", "", *(f"- {line}" for line in merged.warnings), ""]))
    return "\n".join(parts)


@contextmanager
def _all_or_nothing(texts: dict[Path, str]) -> Generator[None, None, None]:
    """Writes the files, and puts them back if the block, or the writing, fails."""
    before = {path: path.read_bytes() if path.exists() else None for path in texts}
    try:
        for path, text in texts.items():
            merging.write(text, path)
        yield
    except BaseException:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != content:
                path.write_bytes(content)
        raise
