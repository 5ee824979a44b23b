"""aiohttp under the HTTP library's interface.

httpx_aiohttp does the same, but it takes a third longer than this for a call; keeps cookies, of all users in one jar; calls every broken
connection a timeout of the connect; and lets aiohttp send some requests again. aiohttp itself takes an idle connection without looking
whether the service has closed it, or has sent an answer that nobody asked for, meanwhile.
"""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any, Self, cast
from weakref import WeakSet

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientPayloadError,
    ClientProxyConnectionError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    SocketTimeoutError,
    TCPConnector,
)
from aiohttp.connector import Connection

from .._http import connections
from .._http.http_clients import EngineClient, ssl_context
from .._http.http_library import (
    AsyncBaseTransport,
    AsyncByteStream,
    ByteStream,
    ConnectError,
    ConnectTimeout,
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

LARGEST_PIECE = 2**20
"""Bytes of a body that are handed to aiohttp at once; it warns of more."""


class AiohttpClient(EngineClient):
    """Tells `AsyncAlli` to send through aiohttp."""

    def __init__(self) -> None:
        super().__init__(transport=_Transport(ssl_context()))

    def make_transport(self, verify: ssl.SSLContext, proxy: str | None = None) -> AsyncBaseTransport:
        if proxy is not None and not proxy.startswith(("http:", "https:")):
            raise ConfigurationError(
                "aiohttp_client: HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names a SOCKS proxy, which aiohttp can't go through; leave "
                "http_client= out, or name the host in NO_PROXY"
            )
        return _Transport(verify, proxy)


class _Transport(AsyncBaseTransport):
    """Sends requests by a session of aiohttp, which is made in the event loop that sends the first."""

    def __init__(self, verify: ssl.SSLContext, proxy: str | None = None) -> None:
        self._verify = verify
        self._proxy: str | None = None
        self._proxy_headers: dict[str, str] | None = None
        if proxy is not None:
            self._proxy, self._proxy_headers = _proxy(proxy)
        self._session: ClientSession | None = None
        self._unread: WeakSet[ClientResponse] = WeakSet()  # answers whose body is still to come

    async def handle_async_request(self, request: Request) -> Response:
        if self._session is None:
            self._session = self._made()
        body = _body(request)
        try:
            answer = await self._session.request(
                request.method,
                str(request.url),
                headers=_headers(request),
                data=body,
                allow_redirects=False,
                auto_decompress=False,
                timeout=_timeout(request.extensions.get("timeout", {})),
                proxy=self._proxy,
                proxy_headers=self._proxy_headers,
            )
        except ClientError as error:
            if isinstance(body, _SentBody):
                body.raise_failure()
            raise _named(error) from error
        extensions = {"http_version": b"HTTP/1.1", "reason_phrase": (answer.reason or "").encode()}
        return Response(answer.status, headers=answer.raw_headers, stream=self._stream(answer), extensions=extensions)

    def _stream(self, answer: ClientResponse) -> AsyncByteStream:
        if answer.connection is None and answer.content.exception() is None:
            # It came whole with its head, as most answers do, and its connection is free for the next request already.
            return ByteStream(answer.content.read_nowait())
        self._unread.add(answer)
        return _Body(answer)

    def _made(self) -> ClientSession:
        connector = _Connector(
            limit=connections.MAX_CONNECTIONS,
            keepalive_timeout=connections.KEEP_ALIVE_SECONDS,
            ssl=self._verify,
            socket_factory=_kept_alive,
        )
        session = ClientSession(connector=connector, cookie_jar=DummyCookieJar())
        # What may be sent again is known to the transport above alone. There is no argument for it.
        session._retry_connection = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return session

    async def aclose(self) -> None:
        for answer in list(self._unread):
            # aiohttp would leave who reads from it waiting.
            if not answer.content.is_eof():
                answer.content.set_exception(ClientPayloadError("the client was closed"))
        if self._session is not None:
            await self._session.close()


def _headers(request: Request) -> dict[str, str]:
    # aiohttp says itself how a body of unknown length is sent.
    return {
        name.decode("ascii"): value.decode("ascii")
        for name, value in request.headers.raw
        if name != b"Transfer-Encoding"
    }


def _body(request: Request) -> bytes | _SentBody | None:
    body = request.stream
    if not isinstance(body, ByteStream):
        return _SentBody(cast("AsyncByteStream", body))
    whole = b"".join(body)
    return None if not whole else whole if len(whole) <= LARGEST_PIECE else _SentBody(body)


def _timeout(steps: Mapping[str, float | None]) -> ClientTimeout:
    connect, pool = steps.get("connect"), steps.get("pool")
    if pool is not None and connect is not None:
        pool += connect  # the one limit that aiohttp has for a free connection includes the time to make it
    return ClientTimeout(sock_connect=connect, sock_read=steps.get("read"), connect=pool)


def _proxy(url: str) -> tuple[str, dict[str, str]]:
    """The URL of a proxy without its user and password, and the headers that have them."""
    proxy = Proxy(url)
    headers = dict(proxy.headers)
    if proxy.raw_auth is not None:
        # aiohttp calls the header as proxies know it.
        headers["Authorization"] = "Basic " + b64encode(b":".join(proxy.raw_auth)).decode()
    return str(proxy.url), headers


class _SentBody:
    """The body of a request. What goes wrong in it, such as an error of `on_progress`, aiohttp calls a broken connection."""

    def __init__(self, body: AsyncByteStream) -> None:
        self._body = body
        self._failure: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._body:
                yield piece
        except Exception as error:
            self._failure = error
            raise

    def raise_failure(self) -> None:
        """Raises what went wrong in the body, if anything did."""
        failure, self._failure = self._failure, None
        try:
            if failure is not None:
                raise failure
        finally:
            del failure  # which holds this frame


class _Body(AsyncByteStream):
    def __init__(self, answer: ClientResponse) -> None:
        self._aiohttp_response = answer

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        try:
            chunk = await self._aiohttp_response.content.readany()
        except ClientError as error:
            raise _named(error) from error
        if not chunk:
            raise StopAsyncIteration
        return chunk

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
    number = transport.get_extra_info("socket").fileno()
    if not hasattr(select, "poll"):  # on Windows, where `select` takes a socket of any number
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
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
