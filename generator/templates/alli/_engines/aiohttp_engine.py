"""aiohttp under the HTTP library's interface, by httpx_aiohttp, with what that leaves open.

It keeps cookies, of all users in one jar; calls every broken connection a timeout of the connect; sends some requests again; and takes an
idle connection without looking whether the service has closed it, or has sent an answer that nobody asked for, meanwhile.
"""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientPayloadError,
    ClientProxyConnectionError,
    ClientResponse,
    ClientSession,
    ConnectionTimeoutError,
    DummyCookieJar,
    SocketTimeoutError,
    TCPConnector,
)
from aiohttp.connector import Connection
from httpx_aiohttp import AiohttpTransport

from .._http import connections
from .._http.http_clients import EngineClient, ssl_context
from .._http.http_library import (
    AsyncBaseTransport,
    AsyncByteStream,
    ConnectError,
    ConnectTimeout,
    HTTPError,
    Proxy,
    ProxyError,
    ReadError,
    ReadTimeout,
    Request,
    RequestError,
    Response,
)
from ..errors import ConfigurationError

__all__ = ["AiohttpClient"]


class AiohttpClient(EngineClient):
    """Says to `AsyncAlli` what its connections are made of."""

    def __init__(self) -> None:
        super().__init__(transport=_Transport(ssl_context()))

    def make_transport(self, verify: ssl.SSLContext, proxy: str | None = None) -> AsyncBaseTransport:
        if proxy is not None and not proxy.startswith(("http:", "https:")):
            raise ConfigurationError(
                "aiohttp_client: HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names a SOCKS proxy, which aiohttp can't go through; leave "
                "http_client= out, or name the host in NO_PROXY"
            )
        return _Transport(verify, proxy)


class _Transport(AiohttpTransport):
    def __init__(self, verify: ssl.SSLContext, proxy: str | None = None) -> None:
        super().__init__(verify=verify, proxy=None if proxy is None else _proxy(proxy))
        self._responses: WeakSet[ClientResponse] = WeakSet()

    def get_client(self) -> ClientSession:
        connector = _Connector(
            limit=connections.MAX_CONNECTIONS,
            keepalive_timeout=connections.KEEP_ALIVE_SECONDS,
            ssl=self.ssl_context,
            socket_factory=_kept_alive,
        )
        session = ClientSession(connector=connector, cookie_jar=DummyCookieJar())
        # What may be sent again is known to the transport above alone. There is no argument for it.
        session._retry_connection = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return session

    async def handle_async_request(self, request: Request) -> Response:
        timeouts = request.extensions.get("timeout")
        if timeouts:
            # The one limit that aiohttp has for a free connection includes the time to make it.
            steps = {name: timeouts.get(name) for name in ("connect", "read", "pool")}
            if None not in (steps["connect"], steps["pool"]):
                steps["pool"] += steps["connect"]
            request.extensions["timeout"] = steps
        try:
            response = await super().handle_async_request(request)
        except (HTTPError, ClientError) as error:
            cause = error if isinstance(error, ClientError) else error.__cause__
            raise _named(cause) from cause
        finally:
            if timeouts:
                request.extensions["timeout"] = timeouts
        body: ClientResponse = getattr(response.stream, "_aiohttp_response")  # noqa: B009 - private
        self._responses.add(body)
        response.stream = _Body(body)
        return response

    async def aclose(self) -> None:
        for response in list(self._responses):
            # aiohttp would leave who reads from it waiting.
            if not response.content.is_eof():
                response.content.set_exception(ClientPayloadError("the client was closed"))
        await super().aclose()


def _proxy(url: str) -> Proxy:
    proxy = Proxy(url)
    if proxy.raw_auth is not None:
        # aiohttp calls the header as proxies know it; the argument that httpx_aiohttp uses is deprecated.
        proxy.headers["Authorization"] = "Basic " + b64encode(b":".join(proxy.raw_auth)).decode()
        proxy.auth = None
    return proxy


class _Body(AsyncByteStream):
    def __init__(self, response: ClientResponse) -> None:
        self._aiohttp_response = response  # as httpx_aiohttp calls it

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._aiohttp_response.content.iter_any():
                yield chunk
        except ClientError as error:
            raise _named(error) from error

    async def aclose(self) -> None:
        connection = self._aiohttp_response.connection
        transport = None if connection is None else connection.transport
        self._aiohttp_response.close()
        if transport is not None:
            # Closed when this returns, not in a later turn of the loop.
            transport.abort()
            await asyncio.sleep(0)


class _Connector(TCPConnector):
    """Takes no idle connection on which something has come."""

    async def _get(self, *args: Any, **options: Any) -> Connection | None:
        while (connection := await super()._get(*args, **options)) is not None:
            protocol = connection.protocol
            if protocol is not None and not protocol.should_close and not _has_come(connection.transport):
                break
            connection.close()
        return connection


def _has_come(transport: Any) -> bool:
    poll = select.poll()
    poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _kept_alive(address: tuple[Any, ...]) -> socket.socket:
    made = socket.socket(*address[:3])
    for option in connections.KEEP_ALIVE:
        with suppress(OSError):
            made.setsockopt(*option)
    return made


_NAMES: tuple[tuple[type[ClientError], type[RequestError]], ...] = (
    (ClientProxyConnectionError, ProxyError),
    (ClientHttpProxyError, ProxyError),
    (ClientConnectorError, ConnectError),
    (ConnectionTimeoutError, ConnectTimeout),
    (SocketTimeoutError, ReadTimeout),
)
"""What aiohttp's errors are called by the HTTP library; the first that fits. All others are connections that broke."""


def _named(cause: BaseException | None) -> RequestError:
    kind = next((kind for theirs, kind in _NAMES if isinstance(cause, theirs)), ReadError)
    # What it says of a proxy's answer has the proxy's URL in it, password included.
    return kind(str(cause.status) if isinstance(cause, ClientHttpProxyError) else str(cause))
