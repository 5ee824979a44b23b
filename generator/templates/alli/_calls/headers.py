"""Headers that users give: of a client, of a request, of a middleware. Checked before any I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping

from ..errors import ConfigurationError
from .identity import check_header

__all__ = ["checked_headers", "merged", "replace_headers", "without_own"]

_OWN_OPTION = {"api-key": "api_key", "own-user-id": "user_id", "user-email": "user_email", "agent-email": "agent_email"}
_SET_PER_REQUEST = {"content-length", "content-type", "host", "transfer-encoding", "x-request-id"}
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def checked_headers(where: str, headers: Mapping[str, str] | None) -> dict[str, str]:
    """`headers` as a dict of its own.

    Raises:
        ConfigurationError: they are no mapping of names to values, or hold a header that the client sets itself; never names a value.
    """
    if headers is not None and not isinstance(headers, Mapping):
        raise ConfigurationError(f"{where}: must be a mapping of names to values, not {type(headers).__name__}")
    checked = dict(headers or {})
    for name, text in checked.items():
        if not (isinstance(name, str) and _HEADER_NAME.fullmatch(name)):
            raise ConfigurationError(f"{where}: a name must be letters, digits and -, like X-Team")
        check_header(f"{where}[{name!r}]", text)
        if name.lower() in _OWN_OPTION:
            raise ConfigurationError(f"{where}: must not hold {name}; pass {_OWN_OPTION[name.lower()]}= to the client")
        if name.lower() in _SET_PER_REQUEST:
            raise ConfigurationError(f"{where}: must not hold {name}; the client sets it for each request")
    return checked


def merged(headers: Mapping[str, str], more: Mapping[str, str] | None) -> Mapping[str, str]:
    """`headers` with `more`, which win."""
    if not more:
        return headers
    names = {name.lower() for name in more}
    return {**{name: value for name, value in headers.items() if name.lower() not in names}, **more}


def without_own(headers: Mapping[str, str]) -> dict[str, str]:
    """`headers` without those that the client sets itself: key, identity, request id, and what describes the body."""
    return {
        name: value
        for name, value in headers.items()
        if name.lower() not in _OWN_OPTION and name.lower() not in _SET_PER_REQUEST
    }


def replace_headers(headers: MutableMapping[str, str], old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Puts `new` in the place of `old`, whose other names go."""
    kept = {name.lower() for name in new}
    for name in old:
        if name.lower() not in kept:
            headers.pop(name, None)
    headers.update(new)
