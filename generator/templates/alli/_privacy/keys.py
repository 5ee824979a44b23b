"""API keys: taken from the user, checked, and kept out of what crash reporters collect.

Those send the local variables of every frame of a traceback, so no frame here that raises has a key among them, and what frames of others
hold is a `HiddenKey`.
"""

from __future__ import annotations

import hashlib
import hmac
import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeAlias, cast

from .._calls.headers import header_problem
from ..errors import ConfigurationError

__all__ = ["APIKey", "HiddenKey", "aget_key", "check_key", "get_key", "hidden", "signer_of"]

APIKey: TypeAlias = str | Callable[[], str] | Callable[[], Awaitable[str]]
"""A key, or a function called once per call (in its thread or task) that gives one; `AsyncAlli` takes an async function as well.
What it raises reaches the caller. Blanks and line breaks around a key are dropped."""


class HiddenKey:
    """A key that no printer shows; call it to get the key."""

    __slots__ = ("_reveal",)

    def __init__(self, reveal: Callable[[], str]) -> None:
        # A function's variables are seen by none that prints, serializes or walks over attributes.
        self._reveal = reveal

    def __call__(self) -> str:
        return self._reveal()

    def __bool__(self) -> bool:
        return bool(self._reveal())

    def is_in(self, texts: Iterable[str]) -> bool:
        """Whether one of these texts holds the key."""
        key = self._reveal()
        return any(key in text for text in texts)


def hidden(source: APIKey | None) -> APIKey | None:
    """`source`, if it is no key but a function or None; else the key, hidden. Checks nothing: `check_key` does."""
    if source is None or callable(source):
        return source
    key = cast(Any, source)
    return HiddenKey(lambda: key.strip() if isinstance(key, str) else key)


def check_key(source: APIKey) -> None:
    """Looks at a hidden key.

    Raises:
        ConfigurationError: it can't be sent as a header; or it is neither a str nor a function.
    """
    problem = None
    if isinstance(source, HiddenKey):
        problem = _problem(source())
    if problem:
        raise ConfigurationError(f"api_key: {problem}")


def get_key(source: APIKey) -> HiddenKey:
    """The API key, hidden: what `source` gives when called.

    Raises:
        ConfigurationError: `source` gave something else than a str, such as the coroutine of an async function.
    """
    if isinstance(source, HiddenKey):
        return source  # checked when the client was made
    key: Any = cast(Callable[[], object], source)()
    if inspect.iscoroutine(key):
        key.close()
        raise ConfigurationError("api_key: Alli takes a plain function; an async one works with AsyncAlli")
    key, problem = _given(key)
    if problem:
        raise ConfigurationError(problem)
    return HiddenKey(lambda: key)


async def aget_key(source: APIKey) -> HiddenKey:
    """As `get_key`; an awaitable that `source` gives is awaited."""
    if isinstance(source, HiddenKey):
        return source
    key: Any = cast(Callable[[], object], source)()
    key, problem = _given(await key if inspect.isawaitable(key) else key)
    if problem:
        raise ConfigurationError(problem)
    return HiddenKey(lambda: key)


def signer_of(key: str) -> Callable[[str], str]:
    """Signs texts: HMAC-SHA256 under the key, as 64 hexadecimal digits."""
    # A state that has taken in the key; the key itself is in no variable of the function.
    keyed = hmac.new(key.encode("utf-8"), digestmod=hashlib.sha256)
    del key

    def sign(text: str) -> str:
        state = keyed.copy()
        state.update(text.encode("utf-8", "surrogatepass"))
        return state.hexdigest()

    return sign


def _given(key: object) -> tuple[str, str]:
    """A function's key, and what is wrong with it; "" for the one or the other."""
    key = key.strip() if isinstance(key, str) else key
    if key == "":
        return "", "api_key: the function gave an empty str"
    problem = _problem(key)
    return ("", f"api_key: {problem}") if problem else (cast(str, key), "")


def _problem(key: object) -> str:
    if not isinstance(key, str):
        return f"must be a str or a function that gives one, not {type(key).__name__}"
    return header_problem(key)
