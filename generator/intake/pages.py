"""What the vendor gives: an OpenAPI document, or pages of the docs site saved as Markdown with one small document per operation."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from generator.document.files import load, parse, read_text, shown
from generator.document.json_types import is_object
from generator.document.problems import GenerationFailed, JsonPath, Place, Problem
from generator.document.validation import WRONG_VERSION, has_known_version

__all__ = ["Source", "read_sources"]

_MARKDOWN = frozenset({".md", ".markdown", ".mdx"})


@dataclass(frozen=True)
class Source:
    """One OpenAPI document.

    Attributes:
        data: Its root.
        place: Where it stands, as people should see it: the file, and in a page the line its block begins on.
        title: Heading above it on a page; "" if the file holds nothing else.
        text: What it was read from, which begins in the line behind `place`; "" where `places` are known.
        places: Where each of its values stands.
    """

    data: dict[str, Any]
    place: Place
    title: str
    text: str = field(default="", repr=False)
    places: dict[JsonPath, Place] = field(default_factory=dict[JsonPath, Place], repr=False)

    def place_of(self, path: JsonPath) -> Place:
        """Where the value at `path` stands, as exactly as it is known."""
        if not self.text:
            return self.places.get(path, self.place)
        try:
            inner = parse(self.text, self.place.file).place(path)
        except GenerationFailed:  # JSON that is not YAML
            return self.place
        return Place(self.place.file, (self.place.line or 0) + (inner.line or 0))

    def __str__(self) -> str:
        return f"{self.place} ({self.title})" if self.title else str(self.place)


def read_sources(files: list[Path]) -> list[Source]:
    """Every document in the files, in order.

    Raises:
        GenerationFailed: a file can't be read, a document is broken or no OpenAPI 3.1, or a page has none; all of it.
    """
    problems: list[Problem] = []
    sources: list[Source] = []
    for file in files:
        try:
            if file.suffix.lower() in _MARKDOWN:
                found = list(_on_page(file))
            else:
                document = load(file)
                found = [Source(document.data, Place(document.file), "", places=document.places)]
        except GenerationFailed as failed:
            problems += failed.problems
            continue
        if not found:
            message = "holds no fenced json block with an OpenAPI document; save the page as Markdown (append .md to its address)"
            problems.append(Problem(message, Place(shown(file))))
        sources += found
    problems += [Problem(WRONG_VERSION, source.place) for source in sources if not has_known_version(source.data)]
    if problems:
        raise GenerationFailed(problems)
    return sources


def _on_page(file: Path) -> Iterator[Source]:
    for number, title, text in _json_blocks(read_text(file, "utf-8-sig")):
        place = Place(shown(file), number)
        if '"openapi"' not in text:  # a sample of a request or an answer
            continue
        try:
            data = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
        except json.JSONDecodeError as error:
            raise GenerationFailed(
                [Problem(f"broken JSON: {error.msg}", Place(shown(file), number + error.lineno))]
            ) from error
        except ValueError as error:
            raise GenerationFailed([Problem(f"broken JSON: {error}", place)]) from error
        if is_object(data) and "openapi" in data:
            yield Source(data, place, title, text)


def _json_blocks(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, heading and text of each fenced block that is JSON."""
    tokens, title = MarkdownIt().parse(text), ""
    for before, token in itertools.pairwise([tokens[0], *tokens]) if tokens else ():
        if before.type == "heading_open":
            title = token.content
        elif token.type == "fence" and token.info.partition(" ")[0].lower() in ("json", "json5", "jsonc"):
            yield (token.map or [0])[0] + 1, title, token.content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise ValueError(f"key {key!r} is there twice")
        values[key] = value
    return values


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a value that JSON has")
