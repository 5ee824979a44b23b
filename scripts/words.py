"""Finds phrases that this project has unlearned, in everything that people read. Prints file, line and what to write instead."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PHRASES", "Finding", "findings", "main"]

ROOT = Path(__file__).parents[1]

PHRASES = {
    r"(?:is|are|was|were|be|been|being) told(?! (?:apart|from)\b)": "say, report, or name it",
    r"(?<!there\s)(?:is|are|was|were) no (?!longer\b|more\b|one\b|other\b|need\b|such\b|way\b|\w+ (?:for|in|to|left|but|yet)\b)\w+": "is not a …",
    r"of (?:its|their|our|your|his|her|one's) own(?=[.,;:)\"`]|$| (?:and|as|by|for|has|have|in|is|of|on|or|so|than|that|to|where|which|with)\b)": "its own …, or leave it out",
    r"what (?:it|they|one) (?:was|were|is|are) made of": "its source, its input",
    r"all the same(?=[.,;)]|$)": "still, anyway",
    r"in earnest": "in production",
    r"(?:spoken|speaks?|spoke) of": "mention",
    r"tells? an error": "report an error",
    r"a good one by its status": "a 200 response",
    r"holds? good": "hold, be true",
    r"nobody knows": "unknown",
    r"\banew\b": "again",
    r"somebody else's": "that we did not write",
    r"stands? behind": "implement, back",
    r"(?<=[,;:]\s)for (?:it|they|there|he|she|nobody|nothing) (?:is|are|has|have|holds?|may|might|would|could|can|will|does|do|was|were)\b": "because",
}
"""Regular expression, without regard to case → what to write instead."""

KINDS = {".md", ".py", ".jinja", ".yml", ".yaml", ".toml", ".sh"}


@dataclass(frozen=True)
class Finding:
    """One phrase in one line of a file."""

    path: Path
    line: int
    phrase: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.phrase!r}; write: {self.instead}"


def findings(path: Path, text: str) -> Iterator[Finding]:
    """The phrases in a text, also those that a line break divides."""
    if not _ANY.search(text):  # nearly always: one look at the text instead of fifteen
        return
    for pattern, instead in _COMPILED:
        for match in pattern.finditer(text):
            yield Finding(path, text.count("\n", 0, match.start()) + 1, " ".join(match[0].split()), instead)


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks the given files and folders, else all that git knows; returns the exit status."""
    found = [
        finding
        for path in _files(arguments or ["."])
        for finding in findings(path, (ROOT / path).read_text("utf-8", errors="replace"))
    ]
    for finding in sorted(found, key=lambda one: (one.path, one.line)):
        print(finding)
    return 1 if found else 0


def _files(paths: Iterable[str]) -> Iterator[Path]:
    for name in sorted(set(_listed(paths))):
        path = Path(name)
        # This list and its test have to name what they forbid.
        is_read = path.suffix in KINDS or not path.suffix
        if is_read and path.stem not in ("words", "test_words") and (ROOT / path).is_file():
            yield path


def _listed(paths: Iterable[str]) -> list[str]:
    """The files that git knows; in a copy without git, all that are not made by a tool."""
    listed = subprocess.run(["git", "ls-files", "--", *paths], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return listed.stdout.splitlines()
    found = [path for given in paths for path in (ROOT / given).rglob("*")]
    names = [path.relative_to(ROOT).as_posix() for path in found]
    return [name for name in names if not re.match(r"(build|dist|site)/|.*/?[._]\w+(venv|cache)", name)]


def _spread(phrase: str) -> re.Pattern[str]:
    """The phrase with any white space, and the mark of a comment, between its words."""
    return re.compile(rf"\b(?:{phrase.replace(' ', _GAP)})", re.IGNORECASE | re.MULTILINE)


_GAP = r"(?:[ \t]+|[ \t]*\n[ \t]*(?:# ?)?)"
_ANY = _spread("|".join(PHRASES))
_COMPILED = [(_spread(phrase), instead) for phrase, instead in PHRASES.items()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
