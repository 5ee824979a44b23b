"""scripts/release: from a tree to a wheel and an sdist that were tried out.

With a version: writes it, writes the changelog from changelog.d/, regenerates. Then, also without one: builds both files twice and
compares them byte by byte, checks them with twine, installs the wheel into empty environments, bare
and with each extra alone, starts the MCP server as its page says, and follows README.md and the start guide.
Publishing is the work of .github/workflows/release.yml, which runs this and adds the attestations.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from packaging.version import InvalidVersion, Version

__all__ = ["main"]

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / ".venv-release/bin/python"
VERSION_TEMPLATE = ROOT / "generator/templates/alli/version.py.jinja"
VERSION_LINE = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)
IMPORTS = {
    "": ["alli", "alli.raw", "alli_tools"],
    "langchain": ["langchain_alli"],
    "emulator": ["alli_emulator", "alli_emulator.__main__"],
    "aiohttp": ["alli._engines.aiohttp_engine"],
    "cli": ["alli_cli", "alli_cli.program"],
    "otel": ["alli_otel"],
    "mcp": ["alli_mcp", "alli_mcp.__main__"],
    "ray": ["alli_batch.ray"],
}
"""Extra → what must be importable with it and nothing else. The extras that are for a clone have no package in the wheel."""
FOR_A_CLONE = {"generator", "dev"}


class ReleaseError(Exception):
    """What keeps this tree from being released, in words for the person at the terminal."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; gives the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/release", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument(
        "version", nargs="?", help="the new version, such as 1.2.0; without one nothing in the tree changes"
    )
    parser.add_argument("--no-install", action="store_true", help="don't try the wheel out in new environments")
    options = parser.parse_args(arguments)
    try:
        if options.version:
            prepare(options.version)
        with tempfile.TemporaryDirectory() as second:
            files = build(ROOT / "dist")
            compare(files, build(Path(second)))
        step(TOOLS, "-m", "twine", "check", "--strict", *files)
        if not options.no_install:
            for extra in IMPORTS:
                try_out(files[-1], extra)
            follow_first_steps(files[-1])
    except (ReleaseError, subprocess.CalledProcessError) as error:
        print(f"scripts/release: {error}", file=sys.stderr)
        return 1
    print(f"In dist/: {', '.join(path.name for path in files)}.")
    if options.version:
        print(f"Next: commit this as 'Version {options.version}', tag it v{options.version}, and push the tag.")
    else:
        print("This was a rehearsal. Next: scripts/release VERSION.")
    return 0


def prepare(version: str) -> None:
    """Writes the version and its part of the changelog into a clean tree.

    Raises:
        ReleaseError: the tree has changes, the version isn't one or isn't a step forward, or there is nothing to tell users.
    """
    present = VERSION_LINE.search(VERSION_TEMPLATE.read_text("utf-8"))
    if present is None:
        raise ReleaseError(f"{VERSION_TEMPLATE.relative_to(ROOT)}: no line __version__")
    check_step(present[1], version, released=released(present[1]))
    if subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, check=True, capture_output=True).stdout.strip():
        raise ReleaseError("the tree has changes; commit them first")
    if not list((ROOT / "changelog.d").glob("*.md")):
        raise ReleaseError("changelog.d/ is empty; what does this release bring to users?")
    text = VERSION_TEMPLATE.read_text("utf-8")
    VERSION_TEMPLATE.write_text(VERSION_LINE.sub(f'__version__ = "{version}"', text), "utf-8")
    step(sys.executable, "-m", "generator")
    step(TOOLS, "-m", "towncrier", "build", "--yes", "--version", version)


def released(version: str) -> bool:
    """Does the changelog have a part on this version?"""
    return f"\n## {version}, " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def check_step(present: str, wanted: str, *, released: bool) -> None:
    """Raises ReleaseError where `wanted` can't be the next version. The present one can, until it is released."""
    try:
        new = Version(wanted)
    except InvalidVersion:
        raise ReleaseError(f"{wanted!r} is not a version, such as 1.2.0 or 1.2.0rc1") from None
    if str(new) != wanted:
        raise ReleaseError(f"{wanted!r} is written {new} in full")
    if new < Version(present) or (released and new == Version(present)):
        raise ReleaseError(f"{wanted} does not come after {present}")


def build(folder: Path) -> list[Path]:
    """Builds sdist and wheel into an emptied folder, with the time of the last commit as the time of every file."""
    folder.mkdir(exist_ok=True)
    for old in (*folder.glob("*.whl"), *folder.glob("*.tar.gz")):
        old.unlink()
    epoch = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    step(TOOLS, "-m", "build", "--outdir", folder, environment={"SOURCE_DATE_EPOCH": epoch})
    return [*folder.glob("*.tar.gz"), *folder.glob("*.whl")]


def compare(first: Sequence[Path], second: Sequence[Path]) -> None:
    """Raises ReleaseError where two builds of one tree are not the same bytes."""
    if [path.name for path in first] != [path.name for path in second] or len(first) != 2:
        raise ReleaseError(f"two builds gave different files: {[path.name for path in (*first, *second)]}")
    for one, other in zip(first, second, strict=True):
        if one.read_bytes() != other.read_bytes():
            raise ReleaseError(f"two builds of {one.name} differ")
    print(f"Built twice, to the same bytes: {', '.join(path.name for path in first)}")


def try_out(wheel: Path, extra: str) -> None:
    """Installs the wheel into an environment with nothing else, and imports what the extra is for."""
    with environment_with(f"{wheel}[{extra}]" if extra else str(wheel)) as (home, python):
        step(python, "-m", "pip", "check", cwd=home)
        step(python, "-c", "\n".join(f"import {module}" for module in IMPORTS[extra]), cwd=home)
        if extra == "mcp":
            step(python, ROOT / "scripts/mcp_from_nothing.py", cwd=home)


def follow_first_steps(wheel: Path) -> None:
    """Installs the wheel as the start guide says, and what README.md's example of an agent needs; runs every example of both."""
    with environment_with(f"{wheel}[cli,emulator,langchain]", "langchain") as (home, python):
        step(python, ROOT / "scripts/first_steps.py", cwd=home, environment={"PYTHONPATH": str(ROOT)})


@contextmanager
def environment_with(*packages: str) -> Generator[tuple[Path, Path]]:
    """The folder of a new environment with these packages and nothing else, and its interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        home, python = Path(folder), Path(folder, "bin/python")
        step(sys.executable, "-m", "venv", home)
        step(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages, cwd=home)
        yield home, python


def step(*command: object, cwd: Path = ROOT, environment: dict[str, str] | None = None) -> None:
    """Runs a command and shows it first; raises CalledProcessError when it fails."""
    words = [str(word) for word in command]
    print("==>", *(word.removeprefix(f"{ROOT}/") for word in words), flush=True)
    subprocess.run(words, cwd=cwd, check=True, env={**os.environ, **(environment or {})})


if __name__ == "__main__":
    sys.exit(main())
