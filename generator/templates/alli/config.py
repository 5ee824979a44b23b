"""What a client is set up with: arguments first, then the environment, then defaults. Decides; does no I/O.

Environment: `ALLI_API_KEY`, `ALLI_BASE_URL`, `ALLI_REGION`, `ALLI_LOG`. It is read when a client is made, never at import.
Hosts and key: https://docs.allganize.ai, "Authentication"; numbers without a source are this package's choice.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypedDict, cast
from urllib.parse import urlsplit

import alli

from ._calls.headers import checked_headers, identity_headers
from ._calls.retries import RetryPolicy
from ._privacy.keys import APIKey, check_key, hidden
from .errors import ConfigurationError
from .version import USER_AGENT

if TYPE_CHECKING:
    from ._calls.middleware import Middleware

__all__ = ["APIKey", "ClientOptions", "Config", "Timeout", "changed", "make_config", "proxy_for"]

REGIONS = {"us": "https://backend.alli.ai", "ja": "https://backend-ja.alli.ai"}
READ_TIMEOUT = 60.0
"""Seconds without a byte after which a call is given up, unless it runs an app."""
RUN_READ_TIMEOUT = 600.0
"""The same for calls that run an app: users have seen runs of up to ten minutes (spec/README.md)."""
CONNECT_TIMEOUT = 10.0
"""Seconds for making a connection."""
MAX_SECONDS = 31_536_000.0
"""Longest limit that can be set, in seconds: a year. The system's timers don't take much longer ones."""
IDLE_TIMEOUT = 600.0
"""Seconds a stream may go without a readable record."""
_STEPS = ("connect", "read", "write", "pool")
_TIMEOUT = "must be a finite number of seconds above 0, or four of them: (connect, read, write, pool)"


class StepLimits(Protocol):
    """Seconds for each step, as the HTTP library's `Timeout` has them."""

    @property
    def connect(self) -> float | None: ...
    @property
    def read(self) -> float | None: ...
    @property
    def write(self) -> float | None: ...
    @property
    def pool(self) -> float | None: ...


Timeout: TypeAlias = float | tuple[float, float, float, float] | StepLimits
"""Seconds for each step, (connect, read, write, pool), or the HTTP library's `Timeout`: each a finite number above 0."""


class ClientOptions(TypedDict, total=False):
    """What `with_options` may change; what is left out stays as it was. The words are those of `Alli`."""

    api_key: APIKey | None
    base_url: str | None
    region: Literal["us", "ja"] | str | None
    user_id: str | None
    user_email: str | None
    agent_email: str | None
    timeout: Timeout | None
    deadline: float | None
    idle_timeout: float | None
    max_retries: int | None
    retry_policy: RetryPolicy | None
    default_headers: Mapping[str, str] | None
    middleware: Sequence[alli.Middleware] | None
    extra_body: Mapping[str, Any] | None
    extra_query: Mapping[str, Any] | None
    allow_http: bool
    strict: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Config:
    """A client's settings, checked. Copies made by `with_options` are new objects; nothing in one is ever changed.

    `headers` go out with every request; `timeout` None means the defaults of the operation. It has no repr of its fields, which are secrets in part.
    """

    api_key: APIKey
    base_url: str
    headers: Mapping[str, str]
    timeout: tuple[float, float, float, float] | None
    deadline: float | None
    idle_timeout: float
    retry_policy: RetryPolicy
    middleware: tuple[Middleware, ...]
    extra_body: Mapping[str, Any]
    extra_query: Mapping[str, Any]
    strict: bool
    options: ClientOptions
    """The options this was made from, so that `with_options` can change some and keep the rest."""

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError(
            "a client's settings hold the API key and can't be pickled or deep-copied; make the client where it is used, or take "
            "with_options() for a copy"
        )

    def timeouts(self, *, run: bool, injected: bool) -> tuple[float, float, float, float] | None:
        """(connect, read, write, pool) seconds for one attempt; None leaves them to an injected HTTP client."""
        if self.timeout is not None or injected:
            return self.timeout
        return (CONNECT_TIMEOUT, RUN_READ_TIMEOUT if run else READ_TIMEOUT, READ_TIMEOUT, READ_TIMEOUT)


def proxy_for(url: str) -> tuple[str, str] | None:
    """The variable of the environment that names the proxy for a URL, and host and port of that proxy; None where there is none.

    Raises:
        ConfigurationError: the proxy can't be used; names its variable.
    """
    from ._http.proxies import Proxies

    return Proxies().named(url)


def make_config(options: ClientOptions) -> Config:
    """Settings from options, whose key is hidden (_privacy/keys.py), and the environment.

    Raises:
        ConfigurationError: says which option or variable is wrong, what is accepted, and never its value.
    """
    api_key = hidden(options.get("api_key")) or hidden(os.environ.get("ALLI_API_KEY", ""))
    if not api_key:
        raise ConfigurationError(
            "no API key: set the environment variable ALLI_API_KEY or pass api_key=. Keys are in the Alli dashboard under "
            "Settings > General; the chat widget's sdkKey is another key"
        )
    check_key(api_key)
    base_url = _base_url(options)
    # What came from the environment is kept, so that a copy made later does not follow a changed environment.
    resolved: ClientOptions = {**options, "api_key": api_key, "base_url": base_url}
    return Config(
        api_key=api_key,
        base_url=base_url,
        headers={
            **_headers(options.get("default_headers")),
            **identity_headers(options.get("user_id"), options.get("user_email"), options.get("agent_email")),
        },
        timeout=_timeout(options.get("timeout")),
        deadline=_seconds("deadline", options.get("deadline")),
        idle_timeout=_seconds("idle_timeout", options.get("idle_timeout")) or IDLE_TIMEOUT,
        retry_policy=_retry_policy(options),
        middleware=_functions(options.get("middleware")),
        extra_body=_fields("extra_body", options.get("extra_body")),
        extra_query=_fields("extra_query", options.get("extra_query")),
        strict=bool(options.get("strict")),
        options=resolved,
    )


def changed(options: ClientOptions, changes: ClientOptions) -> ClientOptions:
    """`options` with `changes`, whose key is hidden here; of two that exclude each other the changed one stays.

    Raises:
        ConfigurationError: a change that is not an option.
    """
    if "api_key" in changes:
        changes["api_key"] = hidden(changes["api_key"])
    unknown = sorted(changes.keys() - ClientOptions.__annotations__.keys())
    if unknown:
        known = ", ".join(ClientOptions.__annotations__)
        raise ConfigurationError(f"with_options: no option named {', '.join(unknown)}; known options: {known}")
    merged = options.copy()
    if "region" in changes:
        merged.pop("base_url", None)
    if "max_retries" in changes:
        merged.pop("retry_policy", None)
    if "retry_policy" in changes:
        merged.pop("max_retries", None)
    merged.update(changes)
    return merged


def _base_url(options: ClientOptions) -> str:
    given, variable = options.get("base_url"), os.environ.get("ALLI_BASE_URL", "").strip()
    region = options.get("region")
    if given:
        name, url = "base_url", given
    elif region is None and variable:
        name, url = "ALLI_BASE_URL", variable
    else:
        name = "region" if region is not None else "ALLI_REGION"
        chosen = str(region if region is not None else os.environ.get("ALLI_REGION", "").strip() or "us").lower()
        if chosen not in REGIONS:
            raise ConfigurationError(f"{name}: must be one of {', '.join(REGIONS)}; for another host pass base_url=")
        url = REGIONS[chosen]
    return _checked_url(name, url, allow_http=bool(options.get("allow_http")))


def _checked_url(name: str, url: str, *, allow_http: bool) -> str:
    if not isinstance(url, str):
        raise ConfigurationError(f"{name}: must be a str, not {type(url).__name__}")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ConfigurationError(f"{name}: is not a URL; expected something like https://backend.alli.ai") from None
    if parts.scheme not in ("https", "http") or not host or not url.isprintable() or " " in url:
        raise ConfigurationError(f"{name}: must be an http(s) URL with a host, like https://backend.alli.ai")
    if any(sign in url for sign in "@?#\\"):
        raise ConfigurationError(f"{name}: must hold no user, password, query or fragment")
    if parts.path.rstrip("/").endswith("/webapi"):
        raise ConfigurationError(f"{name}: must not end in /webapi, with which every path begins")
    if parts.scheme == "http" and not allow_http and not _is_loopback(host):
        raise ConfigurationError(
            f"{name}: plain http would send the API key unencrypted; use https, or allow_http=True on a network you trust"
        )
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _timeout(value: Timeout | None) -> tuple[float, float, float, float] | None:
    if value is None:
        return None
    if all(hasattr(value, name) for name in _STEPS):
        value = tuple(getattr(value, name) for name in _STEPS)
    steps = value if isinstance(value, tuple) else (value, value, value, value)
    if len(steps) != len(_STEPS):
        raise ConfigurationError(f"timeout: {_TIMEOUT}")
    connect, read, write, pool = (_number("timeout", step, _TIMEOUT) for step in steps)
    return connect, read, write, pool


def _seconds(name: str, value: float | None) -> float | None:
    return None if value is None else _number(name, value)


def _number(name: str, value: object, wanted: str = "must be a finite number of seconds above 0") -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise ConfigurationError(f"{name}: {wanted}")
    if value > MAX_SECONDS:
        raise ConfigurationError(f"{name}: must be at most {MAX_SECONDS:.0f} seconds, which is a year")
    return float(value)


def _retry_policy(options: ClientOptions) -> RetryPolicy:
    policy, retries = options.get("retry_policy"), options.get("max_retries")
    if policy is not None:
        if retries is not None:
            raise ConfigurationError(
                "max_retries and retry_policy: pass one of them; the policy has its own max_retries"
            )
        if not isinstance(policy, RetryPolicy):
            raise ConfigurationError(f"retry_policy: must be a RetryPolicy, not {type(policy).__name__}")
        return policy
    return RetryPolicy() if retries is None else RetryPolicy(max_retries=retries)


def _headers(value: Mapping[str, str] | None) -> dict[str, str]:
    headers = checked_headers("default_headers", value)
    return headers if any(name.lower() == "user-agent" for name in headers) else {"User-Agent": USER_AGENT, **headers}


def _functions(value: object) -> tuple[Middleware, ...]:
    if value is None:
        return ()
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        raise ConfigurationError(f"middleware: must be a list of functions, not {type(value).__name__}")
    return tuple(cast("Sequence[Middleware]", value))


def _fields(name: str, value: Mapping[str, Any] | None) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(field, str) for field in value):
        raise ConfigurationError(f"{name}: must be a mapping with str names, not {type(value).__name__}")
    return dict(value)
