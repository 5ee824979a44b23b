"""A sync and an async form from one source: the Jinja block that emits its body twice, and the rewriting between.

    # jinja: twins
    class AsyncRunStream:
        async def aclose(self) -> None:
            await self._response.aclose()
    # jinja: endtwins

The body is the async form. `sync()` derives the other from it token by token: `async` and `await` go, `AsyncX` becomes
`X`, and the names in `NAMES` change. Strings and comments change too, so that the examples in docstrings stay true.
Both forms have the same number of lines.

What keeps it honest: a row of `NAMES` that no template uses is an error; an `await` left over fails when the output is
compiled; real differences (sleep, lock, task or thread) are pairs of small objects outside the block.
"""

from __future__ import annotations

import io
import itertools
import re
import tokenize
from collections.abc import Callable
from collections.abc import Set as AbstractSet

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

__all__ = ["NAMES", "Twins", "sync", "sync_text", "unused_names"]

_NAMED_WITH_A = (
    "begun", "bounded", "check_middleware", "close", "fetched", "first_page", "get", "get_key", "iter_bytes", "next",
    "prepare", "read", "send", "send_through", "shielded", "sleep", "tell",
)  # fmt: skip

NAMES = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "AsyncByteStream": "SyncByteStream",
    "AsyncPager": "Page",
    "StopAsyncIteration": "StopIteration",
    "handle_async_request": "handle_request",
    **{f"a{name}": name for name in _NAMED_WITH_A},
}
"""Whole names of the async form and what they are called in the sync form. `AsyncX` → `X` needs no row."""

_WORD = re.compile(r"[A-Za-z_]\w*")
# In text, `await` and `async` are dropped only where code follows: "never await this" stays a sentence.
# A line break behind it stays, so that both forms have the same lines.
_KEYWORD_IN_TEXT = re.compile(
    r"\bawait(?: +|(?=\n))(?=\s*[A-Za-z_][\w.]*\()|\basync(?: +|(?=\n))(?=\s*(?:def|for|with)\b)"
)


def sync(source: str, used: set[str] | None = None) -> str:
    """The sync form of Python source.

    Args:
        source: Python, at column 0. It need not compile by itself.
        used: Gets the rows of `NAMES` that were needed.

    Raises:
        SyntaxError: the source can't be split into tokens; with the line in the source.
    """
    used = set() if used is None else used
    starts = [0, *itertools.accumulate(map(len, source.splitlines(keepends=True)))]
    parts: list[str] = []
    end = 0
    for token in _tokens(source):
        if token.type != tokenize.NAME:
            continue
        start = starts[token.start[0] - 1] + token.start[1]
        # Between two names lie operators, comments and strings, of which the last two hold names as well.
        parts.append(_text(source[end:start], used))
        end = start + len(token.string)
        if token.string in ("async", "await"):
            end += len(source[end:]) - len(source[end:].lstrip(" "))
        else:
            parts.append(_name(token.string, used))
    parts.append(_text(source[end:], used))
    return "".join(parts)


def sync_text(text: str) -> str:
    """What `sync` makes of a string or a comment: the sync form of a docstring that tells of the async one, or of a type as code."""
    return _text(text, set())


def unused_names(used: AbstractSet[str]) -> list[str]:
    """The rows of `NAMES` that a whole generation did not need, so that the table can't gather dust."""
    return sorted(NAMES.keys() - used)


class Twins(Extension):
    """`# jinja: twins` … `# jinja: endtwins`: the sync form of the rendered body, then the body."""

    tags = {"twins"}  # noqa: RUF012 - Jinja's own annotation makes it an instance's

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.used: set[str] = set()

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endtwins",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_emit"), [], [], body).set_lineno(line)

    def _emit(self, caller: Callable[[], str]) -> str:
        body = caller()
        return sync(body, self.used) + body


def _tokens(source: str) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(io.StringIO(source).readline))
    except tokenize.TokenError as error:
        message, (line, column) = error.args
        raise SyntaxError(message, ("<twins>", line, column, None)) from error


def _text(text: str, used: set[str]) -> str:
    return _WORD.sub(lambda match: _name(match.group(), used), _KEYWORD_IN_TEXT.sub("", text))


def _name(name: str, used: set[str]) -> str:
    if name in NAMES:
        used.add(name)
        return NAMES[name]
    stem = name.lstrip("_")
    if stem.startswith("Async") and stem[5:6].isupper():
        return name[: len(name) - len(stem)] + stem[5:]
    return name
