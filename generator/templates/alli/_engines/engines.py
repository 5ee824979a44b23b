"""Engines: what carries requests and answers, where the HTTP library's own connections cost too much.

    client = alli.AsyncAlli(http_client=alli.aiohttp_client())

`pip install 'alli-sdk[aiohttp]'` brings what this one needs. All else stays as it is: names, errors, deadlines, retries.
"""

from __future__ import annotations

from .._http.http_library import AsyncHTTPClient
from ..errors import ConfigurationError

__all__ = ["aiohttp_client"]


def aiohttp_client() -> AsyncHTTPClient:
    """An engine over aiohttp, for the `http_client` of `AsyncAlli`; a call takes about half the CPU time, a streamed record a third.

    `AsyncAlli` makes its connections with it, one pool per event loop, and closes them; the proxies and certificates of the environment
    apply as they do without it. One may be given to any number of clients.

    Three things differ from the default. A write has no time limit: an upload that the service stops reading ends at the
    deadline, or after ten times the read timeout. A proxy must be an HTTP proxy, not a SOCKS one. A wait for one of the
    1,000 connections ends after the sum of the pool's and the connect timeout.

    Raises:
        ConfigurationError: the extra `aiohttp` is not installed.
    """
    try:
        from .aiohttp_engine import AiohttpClient
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"aiohttp_client: no package {error.name}; run pip install 'alli-sdk[aiohttp]'"
        ) from None
    return AiohttpClient()
