"""DraftJS raw content to Markdown.

Some apps answer in DraftJS, the content format of a rich text editor: `{"blocks": [...], "entityMap": {...}}`, as an
object or as a string that holds it. Its offsets and lengths count UTF-16 code units. Whatever is not known here, be it
a block type, a style or an entity, comes out as its plain text: no word is lost.

Source of the format: the vendor's page "Alli LLM App Market API", and the DraftJS reference ("RawDraftContentState").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from .loose_json import is_list, is_object, parsed

__all__ = ["may_become_draftjs", "to_markdown"]

_PREFIXES: Final = {
    "header-one": "# ",
    "header-two": "## ",
    "header-three": "### ",
    "header-four": "#### ",
    "header-five": "##### ",
    "header-six": "###### ",
}
_LISTS: Final = ("unordered-list-item", "ordered-list-item")
_MARKS: Final = {"BOLD": "**", "ITALIC": "*", "STRIKETHROUGH": "~~"}
_BACKTICKS: Final = re.compile("`+")
_FIRST_KEY: Final = re.compile(r'\s*(?:\{\s*(?:"([A-Za-z]*)("?)|\Z)|\Z)')
_KEYS: Final = ("blocks", "entityMap")


def to_markdown(content: object) -> str | None:
    """Markdown for DraftJS content, given as an object or as a string that holds it; None for anything else.

    Content is DraftJS when it is an object with `entityMap` and with `blocks`, a list of objects that each have a text:
    other JSON is an ordinary answer. Never raises.
    """
    if isinstance(content, str):
        # The parser is spared for the many messages that can't be DraftJS.
        if '"blocks"' not in content or '"entityMap"' not in content or not content.lstrip().startswith("{"):
            return None
        content = parsed(content)
    if not is_object(content) or "entityMap" not in content:
        return None
    blocks = content.get("blocks")
    if not is_list(blocks):
        return None
    entities = content["entityMap"]
    read: list[_Block] = []
    for block in blocks:
        if not is_object(block) or not isinstance(text := block.get("text"), str):
            return None
        kind = block.get("type")
        depth = block.get("depth")
        read.append(
            _Block(
                kind=kind if isinstance(kind, str) else "",
                depth=depth if isinstance(depth, int) and depth > 0 else 0,
                text=text if kind == "code-block" else _styled(text, _spans(block, entities, _Offsets(text))),
            )
        )
    return _joined(read)


def may_become_draftjs(text: str) -> bool:
    """Whether a message that begins like this can be DraftJS: an object whose first key is one of DraftJS."""
    found = _FIRST_KEY.match(text)
    if found is None or not text:
        return False
    key, closed = found[1], found[2]
    if key is None:
        return True
    return key in _KEYS if closed else any(name.startswith(key) for name in _KEYS) and found.end() == len(text)


@dataclass(frozen=True, slots=True)
class _Block:
    kind: str
    depth: int
    text: str  # with its inline marks


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    opening: str
    closing: str
    is_code: bool = False


class _Offsets:
    """Offsets in UTF-16 code units, as DraftJS counts, to offsets in a str."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._places: list[int] | None = None
        if not text.isascii() and max(text) > "\uffff":
            self._places = [
                place for place, character in enumerate(text) for _ in range(2 if character > "\uffff" else 1)
            ]

    def __getitem__(self, units: int) -> int:
        if self._places is None:
            return min(units, self._length)
        return self._places[units] if units < len(self._places) else self._length


def _spans(block: Mapping[str, object], entities: object, offsets: _Offsets) -> list[_Span]:
    spans: list[_Span] = []
    for item in _ranges(block.get("inlineStyleRanges")):
        style = item.get("style")
        if style == "CODE":
            spans += _span(block, item, offsets, "`", "`", is_code=True)
        elif isinstance(style, str) and (mark := _MARKS.get(style)):
            spans += _span(block, item, offsets, mark, mark)
    for item in _ranges(block.get("entityRanges")):
        if url := _url(entities, item.get("key")):
            spans += _span(block, item, offsets, "[", f"]({url})")
    return spans


def _ranges(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if is_object(item)] if is_list(value) else []


def _span(
    block: Mapping[str, object],
    item: Mapping[str, object],
    offsets: _Offsets,
    opening: str,
    closing: str,
    is_code: bool = False,
) -> list[_Span]:
    text, offset, length = block.get("text"), item.get("offset"), item.get("length")
    if not isinstance(text, str) or not isinstance(offset, int) or not isinstance(length, int):
        return []
    if offset < 0 or length <= 0:
        return []
    start, end = offsets[offset], offsets[offset + length]
    # Markdown knows no mark that begins or ends with white space.
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if is_code:
        fence = _fence(text[start:end], 1)
        padding = " " if len(fence) > 1 else ""
        opening, closing = fence + padding, padding + fence
    return [_Span(start, end, opening, closing, is_code)] if start < end else []


def _url(entities: object, key: object) -> str | None:
    """The address of a link entity; None for any other entity."""
    entity: object = None
    if is_object(entities):
        entity = entities.get(str(key))
    elif is_list(entities) and isinstance(key, int) and 0 <= key < len(entities):
        entity = entities[key]
    if not is_object(entity) or str(entity.get("type")).upper() != "LINK":
        return None
    data = entity.get("data")
    if not is_object(data):
        return None
    url = data.get("url") or data.get("href")
    if not isinstance(url, str) or not url.strip():
        return None
    url = "".join(url.split("\n")).strip()
    return f"<{url}>" if re.search(r"[\s()]", url) else url


def _styled(text: str, spans: list[_Span]) -> str:
    """Text with the marks of its spans, properly nested: a span that overlaps another is closed and opened again."""
    if not spans:
        return text
    spans = sorted(_merged(spans), key=lambda span: (span.is_code, span.start, -span.end))
    edges = sorted({0, len(text), *(span.start for span in spans), *(span.end for span in spans)})
    out: list[str] = []
    open_spans: list[_Span] = []
    for start, end in pairwise(edges):
        wanted: list[_Span] = []
        for span in spans:
            if span.start <= start < span.end and all(span.opening != other.opening for other in wanted):
                wanted.append(span)
        kept = 0
        while kept < min(len(wanted), len(open_spans)) and wanted[kept] == open_spans[kept]:
            kept += 1
        out.extend(span.closing for span in reversed(open_spans[kept:]))
        out.extend(span.opening for span in wanted[kept:])
        out.append(text[start:end])
        open_spans = wanted
    out.extend(span.closing for span in reversed(open_spans))
    return "".join(out)


def _merged(spans: list[_Span]) -> list[_Span]:
    """Spans of one kind that touch are one span."""
    merged: list[_Span] = []
    for span in sorted(spans, key=lambda span: (span.opening, span.closing, span.start)):
        last = merged[-1] if merged else span
        if merged and (last.opening, last.closing) == (span.opening, span.closing) and span.start <= last.end:
            merged[-1] = replace(last, end=max(last.end, span.end))
        else:
            merged.append(span)
    return merged


def _joined(blocks: list[_Block]) -> str:
    parts: list[str] = []
    before = ""
    lists = _ListMarkers()
    code: list[str] = []
    for block in [*blocks, _Block("", 0, "")]:
        if code and block.kind != "code-block":
            body = "\n".join(code)
            fence = _fence(body, 3)
            parts.append(f"{fence}\n{body}\n{fence}")
            code = []
        if block.kind not in _LISTS:
            lists = _ListMarkers()
        if block.kind == "code-block":
            code.append(block.text)
        elif block.text.strip() or block.kind in _LISTS:
            rendered = lists.item(block) if block.kind in _LISTS else _rendered(block)
            if parts and _belong_together(before, block.kind):
                parts[-1] += "\n" + rendered
            else:
                parts.append(rendered)
        before = block.kind
    return "\n\n".join(parts)


def _belong_together(before: str, kind: str) -> bool:
    return before == kind == "blockquote" or (before in _LISTS and kind in _LISTS)


def _rendered(block: _Block) -> str:
    if block.kind == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in block.text.split("\n"))
    prefix = _PREFIXES.get(block.kind)
    if prefix:
        return prefix + " ".join(block.text.split("\n"))
    return block.text


def _fence(text: str, least: int) -> str:
    """Backticks that don't occur in text."""
    return "`" * max(least, 1 + max(map(len, _BACKTICKS.findall(text)), default=0))


class _ListMarkers:
    """Numbers and indents the items of one list and of the lists inside it."""

    def __init__(self) -> None:
        self._levels: list[tuple[str, int, int]] = []  # kind, number and marker's width, from the outermost

    def item(self, block: _Block) -> str:
        # An item deeper than its predecessor by more than one would be read as code, so it goes one deeper only.
        depth = min(block.depth, len(self._levels))
        del self._levels[depth + 1 :]
        number = 1
        if len(self._levels) > depth:
            kind, last, _ = self._levels.pop()
            number = last + 1 if kind == block.kind else 1
        marker = f"{number}. " if block.kind == "ordered-list-item" else "- "
        indent = " " * sum(width for _, _, width in self._levels)
        self._levels.append((block.kind, number, len(marker)))
        hanging = "\n" + indent + " " * len(marker)
        return (indent + marker + hanging.join(block.text.split("\n"))).rstrip()
