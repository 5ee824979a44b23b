"""The HTTP library, by the names this package uses: the one module of the facade that names it.

Moving to a library with the same names, as httpx's successors have, is a change of this file.
"""

from __future__ import annotations

import httpx
from h11 import Connection as H11Connection
from h11 import Data, Event
from httpcore import AnyIOBackend, SyncBackend
from httpcore import ReadTimeout as LowReadTimeout
from httpcore import WriteError as LowWriteError
from httpcore import WriteTimeout as LowWriteTimeout
from httpcore._backends.anyio import AnyIOStream
from httpcore._backends.sync import SyncStream
from httpx import (
    URL,
    AsyncBaseTransport,
    AsyncByteStream,
    AsyncHTTPTransport,
    BaseTransport,
    ByteStream,
    ConnectError,
    ConnectTimeout,
    Cookies,
    DecodingError,
    HTTPError,
    HTTPTransport,
    InvalidURL,
    Limits,
    PoolTimeout,
    Proxy,
    ProxyError,
    ReadError,
    ReadTimeout,
    Request,
    RequestError,
    Response,
    StreamError,
    SyncByteStream,
    TimeoutException,
    UnsupportedProtocol,
    create_ssl_context,
)

__all__ = [
    "AnyIOBackend",
    "AnyIOStream",
    "LowReadTimeout",
    "LowWriteError",
    "LowWriteTimeout",
    "SyncBackend",
    "SyncStream",
    "AsyncBaseTransport",
    "AsyncByteStream",
    "AsyncHTTPClient",
    "AsyncHTTPTransport",
    "BaseTransport",
    "ByteStream",
    "Cookies",
    "ConnectError",
    "ConnectTimeout",
    "Data",
    "DecodingError",
    "Event",
    "H11Connection",
    "HTTPClient",
    "HTTPError",
    "HTTPTransport",
    "InvalidURL",
    "LIBRARY",
    "PACKAGES",
    "Limits",
    "PoolTimeout",
    "Proxy",
    "ProxyError",
    "ReadError",
    "ReadTimeout",
    "Request",
    "RequestError",
    "Response",
    "StreamError",
    "SyncByteStream",
    "TimeoutException",
    "URL",
    "UnsupportedProtocol",
    "create_ssl_context",
]

HTTPClient = httpx.Client
"""The HTTP library's sync client, accepted as `http_client`."""
AsyncHTTPClient = httpx.AsyncClient
"""The HTTP library's async client, accepted as `http_client`."""
LIBRARY = httpx.__name__
"""To tell users whose client is meant."""
PACKAGES = frozenset({LIBRARY, "aiohttp", "anyio", "asyncio", "h11", "h2", "httpcore", "httpx_aiohttp", "ssl"})
"""Whose frames hold what is sent, while it is sent."""
