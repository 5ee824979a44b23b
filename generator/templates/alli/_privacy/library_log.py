"""The HTTP library's own log lines, which quote URLs whole: without the query, for requests of this package."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Any, Final

from .._http.http_library import LIBRARY, SUCCESSORS

__all__ = ["keep_queries_out", "no_query_is_logged"]

_is_ours: Final = ContextVar("_is_ours", default=False)


def _without_query(argument: Any) -> Any:
    # A successor's URL is of another class.
    return argument.copy_with(query=None) if hasattr(argument, "copy_with") else argument


class _WithoutQueries(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if _is_ours.get() and isinstance(record.args, tuple):
            record.args = tuple(map(_without_query, record.args))
        return True


_filter: Final = _WithoutQueries()


def keep_queries_out() -> None:
    """Prepares the library's logger; does nothing the second time. Lines about requests of others stay as they are."""
    for name in (LIBRARY, *SUCCESSORS):
        logging.getLogger(name).addFilter(_filter)


class no_query_is_logged:  # noqa: N801  (used like a function)
    """What is sent in the block is a request of this package."""

    __slots__ = ("_token",)

    def __enter__(self) -> None:
        self._token = _is_ours.set(True)

    def __exit__(self, *error: object) -> None:
        _is_ours.reset(self._token)
