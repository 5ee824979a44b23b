"""What `alli doctor` looks at, one function per question. None of them shows the key, and none runs an app."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import getproxies

from alli import (
    Alli,
    AlliError,
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    ConfigurationError,
)
from alli.config import REGIONS, proxy_for

from alli_cli.terminal import count

__all__ = ["Finding", "examine"]

PROBE_KEY = "alli-doctor"
"""Sent in place of the key until it is known who answers."""
PROBE_SECONDS = 15.0
CLOCK_SECONDS = 120.0
"""How far this machine's clock may be from the service's."""
PACKAGES = ("alli-sdk", "httpx", "langchain-core")

Status = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What came out of one check.

    Attributes:
        check: what was looked at, in a word or two.
        status: "problem" keeps calls from working; "warning" may surprise.
        text: what was found.
        advice: what to do about it; empty if nothing.
    """

    check: str
    status: Status
    text: str
    advice: str = ""


def examine() -> Iterator[Finding]:
    """Looks at everything, in the order in which a call needs it; stops where nothing further can be known."""
    yield _versions()
    yield from _environment()
    try:
        client = Alli(max_retries=0, deadline=PROBE_SECONDS)
    except ConfigurationError as error:
        yield Finding("settings", "problem", str(error), "Correct the variable that the text names.")
        return
    with client:
        host = _host()
        yield Finding("host", "ok", f"{host} ({_source_of_host()})")
        yield _proxy(host)
        answer = _probe(client)
        yield _connection(answer, host)
        if not isinstance(answer, APIStatusError):
            return
        yield _clock(answer)
        if _is_alli(answer):
            yield _key(client, host)


def _versions() -> Finding:
    found: list[str] = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return Finding("versions", "ok", f"Python {platform.python_version()}, {', '.join(found)}")


def _environment() -> Iterator[Finding]:
    key = os.environ.get("ALLI_API_KEY", "")
    if not key.strip():
        yield Finding(
            "key",
            "problem",
            "ALLI_API_KEY is not set",
            "Copy the API key from the Alli dashboard, Settings > General, and set ALLI_API_KEY to it. "
            "The chat widget's sdkKey is a different key.",
        )
    elif key.strip()[0] in "'\"" or key.strip()[-1] in "'\"":
        yield Finding("key", "problem", "ALLI_API_KEY has quotation marks around it", "Remove the quotation marks.")
    elif any(sign.isspace() for sign in key.strip()):
        yield Finding(
            "key", "problem", "ALLI_API_KEY has white space inside", "Copy the key again, without line breaks."
        )
    else:
        yield Finding("key", "ok", f"ALLI_API_KEY is set, {count(len(key.strip()), 'character')}")
    if os.environ.get("ALLI_BASE_URL", "").strip() and os.environ.get("ALLI_REGION", "").strip():
        yield Finding(
            "region",
            "warning",
            "ALLI_BASE_URL and ALLI_REGION are both set, and ALLI_BASE_URL wins",
            "Unset one of them.",
        )
    path = urlsplit(os.environ.get("ALLI_BASE_URL", "").strip()).path.strip("/")
    if path:
        yield Finding(
            "host",
            "warning",
            "ALLI_BASE_URL has a path",
            "Remove the path, unless a gateway needs it: the client adds /webapi itself.",
        )


def _host() -> str:
    given = os.environ.get("ALLI_BASE_URL", "").strip()
    return given.rstrip("/") or REGIONS[os.environ.get("ALLI_REGION", "").strip().lower() or "us"]


def _source_of_host() -> str:
    if os.environ.get("ALLI_BASE_URL", "").strip():
        return "from ALLI_BASE_URL"
    return "from ALLI_REGION" if os.environ.get("ALLI_REGION", "").strip() else "the default region, us"


def _proxy(host: str) -> Finding:
    named = proxy_for(host)
    if named is not None:
        variable, place = named
        return Finding("proxy", "ok", f"{place}, from {variable}")
    if {urlsplit(host).scheme, "all"} & getproxies().keys():
        return Finding("proxy", "ok", "not used for this host, because of NO_PROXY")
    return Finding("proxy", "ok", "none")


def _probe(client: Alli) -> AlliError | None:
    """Asks without the key; the service refuses that, which shows who answers."""
    try:
        client.with_options(api_key=PROBE_KEY).apps.list(page_size=1)
    except AlliError as error:
        return error
    return None


def _is_alli(answer: APIStatusError) -> bool:
    return isinstance(answer, AuthenticationError) and (answer.code is not None or answer.name is not None)


def _connection(answer: AlliError | None, host: str) -> Finding:
    if isinstance(answer, APIConnectionError) and answer.certificate_refused:
        return Finding(
            "certificate",
            "problem",
            str(answer),
            "Behind a proxy that opens TLS, set SSL_CERT_FILE to your organisation's authorities. A wrong clock has the same effect: "
            f"this machine says {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.",
        )
    if isinstance(answer, APITimeoutError):
        return Finding("connection", "problem", str(answer), "Look at the network, the proxy and the firewall.")
    if isinstance(answer, APIConnectionError):
        return Finding(
            "connection",
            "problem",
            # What follows is advice for programs, and sends its reader here.
            str(answer).partition("; check base_url")[0],
            "Look at the spelling of the host, the network, and HTTPS_PROXY and NO_PROXY.",
        )
    if isinstance(answer, APIStatusError) and _is_alli(answer):
        return Finding("connection", "ok", f"an Alli service answers at {host}")
    if answer is None:
        return Finding(
            "connection", "problem", f"{host} accepts any key", "This is not the Alli service. Look at ALLI_BASE_URL."
        )
    return Finding(
        "connection",
        "problem",
        str(answer),
        "Something other than Alli may answer here. Look at ALLI_BASE_URL and the proxy.",
    )


def _clock(answer: APIStatusError) -> Finding:
    try:
        there = parsedate_to_datetime(answer.headers["date"])
        difference = (datetime.now(UTC) - there).total_seconds()
    except (KeyError, ValueError, TypeError):
        return Finding("clock", "ok", "the service doesn't say what time it is")
    if abs(difference) <= CLOCK_SECONDS:
        return Finding("clock", "ok", "right")
    direction = "ahead of" if difference > 0 else "behind"
    return Finding(
        "clock",
        "warning",
        f"{abs(difference):.0f} s {direction} the service's",
        "Set the clock of this machine. Certificates and `Retry-After` dates are judged by it.",
    )


def _key(client: Alli, host: str) -> Finding:
    try:
        page = client.apps.list(page_size=1)
    except AuthenticationError as error:
        return Finding("key", "problem", str(error), _advice_on_key(client, host))
    except AlliError as error:
        return Finding("key", "problem", str(error), "The service did not refuse the key, but could not list the apps.")
    if not page.items:
        return Finding(
            "key",
            "warning",
            "accepted, but the project has no published app",
            "Publish an app, or check which project the key belongs to.",
        )
    return Finding("key", "ok", "accepted")


def _advice_on_key(client: Alli, host: str) -> str:
    for region, other in REGIONS.items():
        if host in REGIONS.values() and other != host and _is_accepted(client, region):
            return f"The key belongs to the region {region}: set ALLI_REGION={region}."
    return (
        "Copy the API key again from the Alli dashboard, Settings > General. The sdkKey of the chat widget looks similar and "
        "does not work here. Each project has its own key."
    )


def _is_accepted(client: Alli, region: str) -> bool:
    try:
        client.with_options(region=region).apps.list(page_size=1)
    except AlliError:
        return False
    return True
