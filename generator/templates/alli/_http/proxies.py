"""Which proxy of the environment a request goes through, if any. Decides; does no I/O.

The variables are those that curl and its successors read: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, getproxies_environment, proxy_bypass

from ..errors import ConfigurationError
from .http_library import LIBRARY, URL, InvalidURL

__all__ = ["PROXY", "Proxies"]

PROXY = "alli.proxy"
"""Where the extensions of a request hold which variable names the proxy that it goes through, and the proxy's host and port."""

_SCHEMES = ("http", "https", "socks5", "socks5h")


class _Target(NamedTuple):
    """What a request is sent to. `address` is None where the host is a name."""

    scheme: str
    host: str
    port: int | None
    address: IPv4Address | IPv6Address | None


class Proxies:
    """The proxies that the environment names, or else the settings of macOS or Windows, and what is exempt from them.

    The environment counts as it stands when this is made.
    """

    def __init__(self) -> None:
        found = getproxies()
        self._are_of_system = not getproxies_environment()
        # What need not be found out for each request.
        self._checked: dict[str, str] = {}
        self._bypassed: dict[str, bool] = {}
        self._urls = {scheme: found[scheme] for scheme in ("http", "https", "all") if found.get(scheme)}
        self._exempt = [rule for entry in found.get("no", "").replace(",", " ").split() if (rule := _exempting(entry))]

    def __bool__(self) -> bool:
        return bool(self._urls)

    def url(self, target: str) -> str | None:
        """The proxy for a URL, with its scheme; None where the URL is reached directly.

        Raises:
            ConfigurationError: names the variable whose value can't be used; never the value, which may hold a password.
        """
        scheme = self._scheme(target)
        return None if scheme is None else self._url(scheme)

    def named(self, target: str) -> tuple[str, str] | None:
        """The variable that names the proxy for a URL, and host and port of that proxy, without user and password."""
        scheme = self._scheme(target)
        if scheme is None:
            return None
        parts = urlsplit(self._url(scheme))
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else f"{parts.hostname}"
        return _variable(scheme), f"{host}:{parts.port}" if parts.port else host

    def _scheme(self, target: str) -> str | None:
        parts = urlsplit(target)
        scheme = parts.scheme if parts.scheme in self._urls else "all"
        if scheme not in self._urls or any(exempts(_target(parts)) for exempts in self._exempt):
            return None
        return None if self._are_of_system and self._is_bypassed(parts.hostname or "") else scheme

    def _is_bypassed(self, host: str) -> bool:
        """Whether the system's settings, which have exceptions too, exempt a host. To find out may take looking its name up."""
        if host not in self._bypassed:
            self._bypassed[host] = bool(proxy_bypass(host))
        return self._bypassed[host]

    def _url(self, scheme: str) -> str:
        if scheme not in self._checked:
            given = self._urls[scheme].strip()
            self._checked[scheme] = _checked(_variable(scheme), given if "://" in given else f"http://{given}")
        return self._checked[scheme]


def _target(parts: SplitResult) -> _Target:
    host = _ascii(parts.hostname or "")
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return _Target(parts.scheme, host, port, _address(host))


def _checked(variable: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        host = URL(url).host.encode("idna")  # raises for what no host is called
        is_whole = url.isprintable() and " " not in url and bool(host and parts.hostname) and parts.port != 0
    except (InvalidURL, ValueError):
        parts, is_whole = urlsplit(""), False
    if not is_whole:
        raise ConfigurationError(f"{variable}: must be the URL of a proxy, like http://proxy.example:8080")
    if parts.scheme not in _SCHEMES:
        raise ConfigurationError(f"{variable}: the URL of a proxy must begin with one of {', '.join(_SCHEMES)}")
    if parts.scheme.startswith("socks"):
        from importlib.util import find_spec

        if find_spec("socksio") is None:
            raise ConfigurationError(
                f"{variable}: a SOCKS proxy needs the package socksio: pip install '{LIBRARY}[socks]'"
            )
    return parts.scheme + url[len(parts.scheme) :]  # in lower case


def _variable(scheme: str) -> str:
    """The variable that names the proxy of a scheme. Where the system's settings name it, there is none."""
    name = f"{scheme}_proxy"
    return next((one for one in (name, name.upper()) if os.environ.get(one)), f"the system's {scheme} proxy")


def _exempting(entry: str) -> Callable[[_Target], bool] | None:
    """Whether a host is exempt by an entry of `NO_PROXY`; None for an entry that can't be made out.

    Tools write addresses and networks, with or without brackets, names, which stand for all below them too, and each with a scheme
    before or a port behind it.
    """
    scheme, _, rest = entry.rstrip("/").rpartition("://")
    if rest == "*":
        return lambda target: scheme in ("", "all", target.scheme)
    try:
        place, port = _place_and_port(rest)
        matches = _matching(place)
    except ValueError:
        return None
    return lambda target: scheme in ("", "all", target.scheme) and port in (None, target.port) and matches(target)


def _place_and_port(text: str) -> tuple[str, int | None]:
    if text.startswith("["):
        inner, _, behind = text[1:].partition("]")
        return (inner + behind, None) if not behind.startswith(":") else (inner, int(behind[1:]))
    if text.count(":") == 1:
        place, _, port = text.partition(":")
        return place, int(port)
    return text, None


def _matching(place: str) -> Callable[[_Target], bool]:
    """Raises ValueError for what is not a network."""
    if "/" in place:
        network = ip_network(place, strict=False)
        return lambda target: target.address is not None and target.address in network
    address = _address(place)
    if address is not None:
        return lambda target: target.address == address
    name = _ascii(place.removeprefix("*").lstrip("."))
    if not name:
        raise ValueError("no name")
    return lambda target: target.host == name or target.host.endswith(f".{name}")


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _ascii(host: str) -> str:
    host = host.lower().rstrip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host
