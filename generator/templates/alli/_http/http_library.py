"""The HTTP library, by the names this package uses: the one module of the facade that names it.

Moving to a library with the same names, as httpx's successors have, is a change of this file.
"""

from __future__ import annotations

import os
from typing import Any

import httpx
from h11 import NEED_DATA, SEND_BODY, Data, Event
from h11 import Connection as H11Connection
from h11 import RemoteProtocolError as LowProtocolError
from httpcore import AnyIOBackend, SyncBackend
from httpcore import ReadError as LowReadError
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
    RemoteProtocolError,
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
    "LowProtocolError",
    "LowReadError",
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
    "NEED_DATA",
    "PACKAGES",
    "SUCCESSORS",
    "Limits",
    "PoolTimeout",
    "Proxy",
    "ProxyError",
    "ReadError",
    "ReadTimeout",
    "RemoteProtocolError",
    "Request",
    "RequestError",
    "SEND_BODY",
    "Response",
    "StreamError",
    "SyncByteStream",
    "TimeoutException",
    "URL",
    "UnsupportedProtocol",
    "certificates_variable",
    "create_ssl_context",
    "in_our_words",
]

HTTPClient = httpx.Client
"""The HTTP library's sync client, accepted as `http_client`."""
AsyncHTTPClient = httpx.AsyncClient
"""The HTTP library's async client, accepted as `http_client`."""
LIBRARY = httpx.__name__
"""To tell users whose client is meant."""
SUCCESSORS = ("httpx2",)
"""Libraries with the same names, whose clients are taken as well (_bridge/bridge.py)."""
PACKAGES = frozenset(
    {LIBRARY, *SUCCESSORS, "httpcore2", "aiohttp", "anyio", "h11", "h2", "hpack", "httpcore", "httpx_aiohttp"}
)
"""Whose frames hold what is sent, while it is sent; so do those of Python's own modules."""


def certificates_variable() -> str | None:
    """The environment's variable that `create_ssl_context` reads the certificates from; None where it takes those of the package certifi."""
    return next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)), None)


def in_our_words(error: Any, library: Any) -> HTTPError | StreamError:
    """The error of ours for one of a successor's, which loses its request: that holds the API key.

    Args:
        error: of the successor; the caller raises ours from it.
        library: the successor.
    """
    names = [kind.__name__ for kind in type(error).__mro__]
    ours = next(kind for name in names if isinstance(kind := getattr(httpx, name, None), type))
    if isinstance(error, library.RequestError) and error._request is not None:  # noqa: SLF001 - to ask without an error
        sent = error.request
        error.request = library.Request(sent.method, sent.url.copy_with(query=None))
    return ours(str(error)) if issubclass(ours, HTTPError) else StreamError(str(error))
