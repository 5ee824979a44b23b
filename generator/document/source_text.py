"""Names and texts of the document as parts of Python source."""

from __future__ import annotations

import itertools
import json
import keyword
import re
import textwrap
import unicodedata
from collections.abc import Container, Iterable

__all__ = [
    "argument_name", "escaped", "folded", "free_name", "literal", "pascal_case", "sections", "sentence", "snake_case",
]  # fmt: skip

_DELIMITERS = ". _-"


def snake_case(text: str) -> str:
    """`appId` → `app_id`, without what no name can hold."""
    kept = "".join(sign for sign in text if sign.isidentifier() or sign.isdecimal() or sign in _DELIMITERS)
    if not kept.islower():
        kept = re.sub("([A-Z]?[a-z]+)", r" \1 ", kept)
    return "_".join(re.findall(f"[^{_DELIMITERS}]+", kept)).lower()


def pascal_case(name: str) -> str:
    """`cognitive_config` → `CognitiveConfig`."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def argument_name(wire: str) -> str:
    """What an argument is called unless that is taken."""
    name = snake_case(wire)
    if keyword.iskeyword(name):
        return f"{name}_"
    return name if name.isidentifier() else f"field_{name}"


def free_name(name: str, taken: Container[str]) -> str:
    """A name, with a number behind it where it is taken."""
    names = itertools.chain([name], (f"{name}_{number}" for number in itertools.count(2)))
    return next(each for each in names if each not in taken)


def literal(text: str) -> str:
    """The inside of a literal in double quotes."""
    printable = (
        sign
        for sign in text
        if sign in "\b\t\f"
        or not (unicodedata.category(sign).startswith("C") or unicodedata.category(sign) in ("Zl", "Zp"))
    )
    return json.dumps("".join(printable), ensure_ascii=False)[1:-1]


def escaped(text: str) -> str:
    """The inside of a docstring: neither its quotes nor a backslash can end or change it."""
    plain = "".join(sign for sign in text if sign in "\n\r\t" or unicodedata.category(sign) != "Cc")
    return plain.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def sentence(text: str) -> str:
    """A text of the document as a sentence of a docstring."""
    text = " ".join(text.split()).removeprefix("Optional: ")
    return text if not text or text.endswith((".", "!", "?", ")", ":")) else f"{text}."


def folded(text: str, width: int, indent: str = "", rest: str | None = None) -> str:
    """A text on lines that are not too long, the first of them indented, and the others by `rest`, or twice as much."""
    rest = indent * 2 if rest is None else rest
    wrapper = textwrap.TextWrapper(width, indent, rest, break_long_words=False, break_on_hyphens=False)
    return wrapper.fill(text)


def sections(*paragraphs: str, entries: Iterable[tuple[str, list[str]]] = ()) -> str:
    """A docstring with its quotes, at column 0.

    Args:
        paragraphs: Text from the document; escaped here. Empty ones are left out.
        entries: Title and entries, e.g. ("Args", ["app_id: The app."]); escaped here as well.
    """
    blocks = [_paragraph(text, "") for text in paragraphs if text.strip()]
    blocks += [
        "\n".join([f"{title}:", *(_paragraph(line, "    ") for line in lines)]) for title, lines in entries if lines
    ]
    content = "\n\n".join(blocks)
    # Never a quote next to the closing quotes.
    closing = "\n" if "\n" in content or content.endswith('"') else ""
    return f'"""{content}{closing}"""'


def _paragraph(text: str, indent: str) -> str:
    lines = [" ".join(line.split()) for line in escaped(text).splitlines() if line.strip()]
    rest = indent * 2
    return "\n".join(folded(line, 104, rest if number else indent, rest) for number, line in enumerate(lines))
