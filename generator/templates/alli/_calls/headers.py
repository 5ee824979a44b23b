"""Headers that are not HTTP's own: on whose behalf a request is made, and what users add. Checked before any I/O.

Source of the identity's: https://docs.allganize.ai, "App Market", header parameters; the `base64:` form and the traps in
spec/README.md.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, MutableMapping

from ..errors import ConfigurationError

__all__ = [
    "check_header",
    "checked_headers",
    "header_problem",
    "identity_headers",
    "merged",
    "replace_headers",
    "without_own",
]

_BASE64_PREFIX = "base64:"
_OWN_OPTION = {"api-key": "api_key", "own-user-id": "user_id", "user-email": "user_email", "agent-email": "agent_email"}
_SET_PER_REQUEST = {"content-length", "content-type", "host", "transfer-encoding", "x-request-id"}
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def identity_headers(user_id: str | None, user_email: str | None, agent_email: str | None) -> dict[str, str]:
    """Headers for the given identity; None is left out.

    Args:
        user_id: end user the call is attributed to, any text; sent as `OWN-USER-ID`, non-ASCII as `base64:` + base64(UTF-8).
        user_email: e-mail of that user, ASCII; sent as `USER-EMAIL`.
        agent_email: dashboard member to act as, ASCII; sent as `AGENT-EMAIL`.

    Raises:
        ConfigurationError: a value is not text, is empty, holds CR, LF or NUL, or is an e-mail with non-ASCII characters.
    """
    headers: dict[str, str] = {}
    for name, value in (("user_id", user_id), ("user_email", user_email), ("agent_email", agent_email)):
        if value == "":
            # The call would be made without a user, which is not what passing an id means.
            raise ConfigurationError(f"{name}: must not be empty; leave it out, or pass None, to name nobody")
    if user_id is not None:
        problem = _control_problem(user_id)
        if problem:
            raise ConfigurationError(f"user_id: {problem}")
        # An id that itself begins with `base64:` would be decoded by the service, so it is encoded too.
        plain = user_id.isascii() and user_id.isprintable() and user_id == user_id.strip()
        if plain and not user_id.startswith(_BASE64_PREFIX):
            headers["OWN-USER-ID"] = user_id
        else:
            try:
                encoded = base64.b64encode(user_id.encode("utf-8")).decode("ascii")
            except UnicodeEncodeError:
                raise ConfigurationError("user_id: holds a lone surrogate, which is not text") from None
            headers["OWN-USER-ID"] = _BASE64_PREFIX + encoded
    if user_email is not None:
        headers["USER-EMAIL"] = check_header("user_email", user_email)
    if agent_email is not None:
        headers["AGENT-EMAIL"] = check_header("agent_email", agent_email)
    return headers


def check_header(name: str, value: str) -> str:
    """`value`, if it can be a header's value as it is: printable ASCII without outer blanks.

    Raises:
        ConfigurationError: names `name`, never the value.
    """
    problem = header_problem(value)
    if problem:
        del value
        raise ConfigurationError(f"{name}: {problem}")
    return value


def header_problem(value: object) -> str:
    """What keeps `value` from being a header's value as it is, in words that don't repeat it; "" for nothing."""
    problem = _control_problem(value)
    if problem or not isinstance(value, str):
        return problem
    if not (value.isascii() and value.isprintable()):
        return "must be printable ASCII to be sent as a header"
    return "must not begin or end with a blank" if value != value.strip() else ""


def _control_problem(value: object) -> str:
    if not isinstance(value, str):
        return f"must be a str, not {type(value).__name__}"
    return "must not hold CR, LF or NUL" if any(character in value for character in "\r\n\0") else ""


def checked_headers(where: str, headers: Mapping[str, str] | None) -> dict[str, str]:
    """A copy of `headers` as a dict.

    Raises:
        ConfigurationError: they are not a mapping of names to values, or hold a header that the client sets itself; never names a value.
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
