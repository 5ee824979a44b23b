"""On whose behalf a request is made: three optional headers, checked before any I/O.

Source: https://docs.allganize.ai, "App Market", header parameters; the `base64:` form and the traps in spec/README.md.
"""

from __future__ import annotations

import base64

from ..errors import ConfigurationError

__all__ = ["check_header", "header_problem", "identity_headers"]

_BASE64_PREFIX = "base64:"


def identity_headers(user_id: str | None, user_email: str | None, agent_email: str | None) -> dict[str, str]:
    """Headers for the given identity; None and "" are left out.

    Args:
        user_id: end user the call is attributed to, any text; sent as `OWN-USER-ID`, non-ASCII as `base64:` + base64(UTF-8).
        user_email: e-mail of that user, ASCII; sent as `USER-EMAIL`.
        agent_email: dashboard member to act as, ASCII; sent as `AGENT-EMAIL`.

    Raises:
        ConfigurationError: a value is no text, holds CR, LF or NUL, or is an e-mail with non-ASCII characters.
    """
    headers: dict[str, str] = {}
    if user_id:
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
                raise ConfigurationError("user_id: holds a lone surrogate, which is no text") from None
            headers["OWN-USER-ID"] = _BASE64_PREFIX + encoded
    if user_email:
        headers["USER-EMAIL"] = check_header("user_email", user_email)
    if agent_email:
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
