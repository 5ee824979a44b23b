"""Whose name a request may use for this server.

A page in a browser can make its own name point at 127.0.0.1 (DNS rebinding), and then talk to any server there as to its
own. The Host header still has the page's name, so that only names are taken that no page can have, and those that were
allowed.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from alli_emulator.http.service_protocol import ServedApplication

__all__ = ["HostCheck", "is_own_name"]


class HostCheck:
    """An ASGI application that refuses requests for other names, in front of another one."""

    def __init__(self, service: ServedApplication, allowed: Iterable[str]) -> None:
        self._service = service
        self._allowed = frozenset(name.lower().rstrip(".") for name in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        name = _name_in(headers.get("host", ""))
        if is_own_name(name) or name in self._allowed:
            await self._service(scope, receive, send)
            return
        told = "the Host header names another server than this one; allow its name with allowed_hosts or --allow-host"
        await JSONResponse({"detail": told}, 421, {"connection": "close"})(scope, receive, send)

    def stop(self) -> None:
        """Ends all answers under way."""
        self._service.stop()

    async def aclose(self) -> None:
        """Gives back what the service holds."""
        await self._service.aclose()


def is_own_name(name: str) -> bool:
    """Whether no page of the internet can have a name: localhost, a name without a dot, an address, or none at all.

    A name without a dot is one of the own network, such as that of a container.
    """
    if re.fullmatch(r"[a-z0-9_-]*|[a-z0-9_.-]+\.localhost", name):
        return True
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


def _name_in(host: str) -> str:
    """The name of a Host header, without the port; `?` where it can't be read."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return "?"
    return "?" if "@" in host or (host and not name) else name.rstrip(".")
