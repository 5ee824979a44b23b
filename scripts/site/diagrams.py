"""Mermaid diagrams, drawn when the site is built: a page shows them without a script and without a network."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

__all__ = ["DiagramError", "with_diagrams"]

_DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_IDS = re.compile(r"\bmy-svg")


class DiagramError(Exception):
    """A diagram that can't be drawn; the text names the page."""


def with_diagrams(text: str, path: str) -> str:
    """The page with each diagram as an SVG; its text stays as the picture's description."""
    drawn = 0

    def draw(match: re.Match[str]) -> str:
        nonlocal drawn
        drawn += 1
        return _figure(match[1], path, drawn)

    return _DIAGRAM.sub(draw, text)


def _figure(source: str, path: str, number: int) -> str:
    mermaidx: Any = import_module("mermaidx")
    try:
        svg: str = mermaidx.render(source, theme="neutral").svg()
    except Exception as error:
        raise DiagramError(f"{path}: diagram {number} can't be drawn: {error}") from error
    # Pictures of one page must not share ids and styles.
    svg = _IDS.sub(f"diagram-{number}", svg)
    words = ", ".join(dict.fromkeys(re.findall(r"[\[{(\"]+([^\[\](){}\"|]{3,})[\]})\"]+", source)))
    # An empty line would end the HTML block.
    body = re.sub(r"\n\s*\n", "\n", svg)
    return f'<figure class="diagram" role="img" aria-label="{words}">\n{body}\n</figure>'
