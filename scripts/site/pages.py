"""The pages of the site as Markdown, each with the links that hold where it stands in the site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os.path import normpath, relpath
from pathlib import Path, PurePosixPath

from scripts.site.navigation import Entry, SourceError

__all__ = ["Page", "collect"]

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")
_CODE_PATH = re.compile(r"(?<![\[`])`((?:docs/|adapters/|spec/)?[\w/-]*[\w-]+\.md)`(?!\])")
_COMMENT = re.compile(r"^<!-- .*? -->\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its group and title in the navigation, its path in the site, and its Markdown."""

    group: str
    title: str
    path: str
    text: str

    @property
    def is_reference(self) -> bool:
        """Is it made of docstrings?"""
        return "\n::: " in self.text


def collect(root: Path, navigation: tuple[Entry, ...]) -> list[Page]:
    """All pages, in the order of the navigation.

    Raises:
        SourceError: a source is missing, or a page below docs/ is in no navigation.
    """
    entries = list(_flat(navigation))
    homes = {_source(entry): entry.path for _, entry in entries if entry.source != "reference" and not entry.section}
    unlisted = [
        path.relative_to(root).as_posix()
        for path in sorted((root / "docs").rglob("*.md"))
        if path.relative_to(root).as_posix() not in homes
    ]
    if unlisted:
        raise SourceError(f"{', '.join(unlisted)}: not in scripts/site/navigation.py")
    return [Page(group, entry.title, entry.path, _text(root, entry, homes)) for group, entry in entries]


def _flat(entries: tuple[Entry, ...], group: str = "") -> Iterator[tuple[str, Entry]]:
    for entry in entries:
        if entry.children:
            yield from _flat(entry.children, entry.title)
        else:
            yield group, entry


def _source(entry: Entry) -> str:
    return entry.source or f"docs/{entry.path}"


def _text(root: Path, entry: Entry, homes: Mapping[str, str]) -> str:
    if entry.source == "reference":
        return f"# {entry.title}\n" + "".join(f"\n::: {name}\n" for name in entry.names)
    source = _source(entry)
    try:
        text = (root / source).read_text("utf-8")
    except FileNotFoundError:
        raise SourceError(f"{source}: no such file; scripts/site/navigation.py names it") from None
    if entry.section:
        text = _section(text, entry.section, source)
    return _linked(_COMMENT.sub("", text), source, entry.path, homes)


def _section(text: str, heading: str, source: str) -> str:
    """One section of a page as a page: with the words that lead to it, and a link to the whole."""
    before, found, after = text.partition(f"\n### {heading}\n")
    if not found:
        raise SourceError(f"{source}: no section {heading!r}")
    parent, _, words = before.rpartition("\n## ")[2].partition("\n")
    lead = words.partition("\n###")[0].strip()
    body = re.split(r"^##", after, maxsplit=1, flags=re.MULTILINE)[0].strip()
    return f"# {heading}\n\n{lead}\n\n{body}\n\n[{parent}: all of them, and what a tool is]({PurePosixPath(source).name})\n"


def _linked(text: str, source: str, path: str, homes: Mapping[str, str]) -> str:
    """Links between files of the repository, turned into links between pages; a path in backticks that is a page becomes a link."""

    def to_page(match: re.Match[str]) -> str:
        words, target, anchor = match[1], match[2], match[3] or ""
        found = normpath(PurePosixPath(source).parent / target)
        return f"[{words}]({_relative(homes[found], path)}{anchor})" if found in homes else match[0]

    def path_to_page(match: re.Match[str]) -> str:
        home = homes.get(match[1])
        return f"[`{match[1]}`]({_relative(home, path)})" if home and home != path else match[0]

    parts = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    parts[::2] = [_CODE_PATH.sub(path_to_page, _LINK.sub(to_page, part)) for part in parts[::2]]
    return "".join(parts)


def _relative(target: str, path: str) -> str:
    return relpath(target, PurePosixPath(path).parent)
