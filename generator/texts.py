"""Docstrings of the facade's methods, from the document's words and the overlay's."""

from __future__ import annotations

import textwrap

from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.strings import safe_for_docstring

from generator.extension import MethodBlock, OperationBlock
from generator.signatures import Arguments

__all__ = ["method_docstring"]

WIDTH = 112
"""Columns of a docstring's lines, counted from its own left edge; 8 more make the line length."""

_RETURNS = {
    "AsyncRunStream": "A stream of events; use it in an `async with` block. The request goes out when it is entered or first read.",
    "RunResult": "What the app answered: `.text`, `.messages`, `.citations`, `.conversation_id`, `.raw` and more.",
    "SkillResult": "What the skill answered: `.text`.",
    "ConversationResult": "What the service told: `.conversation_id` where it gave one, `.raw`.",
}
_RAISES = {
    "InvalidArgumentError": "an argument can't be sent as it is; nothing was sent.",
    "APIStatusError": "the service answered with an error; its subclasses say which.",
    "APIConnectionError": "no answer arrived.",
}
_RAISES_RUN = {**_RAISES, "AppError": "the answer tells an error."}
_RAISES_STREAM = {"InvalidArgumentError": _RAISES["InvalidArgumentError"]}


def method_docstring(
    block: OperationBlock, method: MethodBlock, endpoint: Endpoint, arguments: Arguments, returns: str
) -> str:
    """A docstring's text, escaped, without quotes, at column 0."""
    summary = method.doc or endpoint.summary.get_untrusted_value() or block.operation_id.replace("_", " ")
    paragraphs = [_sentence(summary)]
    description = endpoint.description.get_untrusted_value()
    if description and description.rstrip(".") != summary.rstrip("."):
        paragraphs += description.split("\n\n")
    text = "\n\n".join(_wrapped(paragraph) for paragraph in paragraphs)
    if arguments.all:
        entries = [_wrapped(f"{a.name}: {_sentence(a.doc or 'see the source')}", "    ") for a in arguments.all]
        text += "\n\nArgs:\n" + "\n".join(entries)
    told = _RETURNS.get(returns) or (
        "A page; iterate it for the items of all pages, or see `.items`, `.cursor` and `.get_next_page()`."
        if block.pagination
        else ""
    )
    if told:
        text += "\n\nReturns:\n" + _wrapped(told, "    ")
    raises = _RAISES_STREAM if returns == "AsyncRunStream" else _RAISES_RUN if method.returns else _RAISES
    text += "\n\nRaises:\n" + "\n".join(_wrapped(f"{name}: {when}", "    ") for name, when in raises.items())
    if block.source:
        text += f"\n\nSource: {block.source}"
    return safe_for_docstring(text) + "\n"


def _sentence(text: str) -> str:
    text = text.strip().removeprefix("Optional: ")
    return text if text.endswith((".", "!", "?", ")")) else f"{text}."


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent * 2,
        break_long_words=False,
        break_on_hyphens=False,
    )
