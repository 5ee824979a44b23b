"""Clients of the HTTP library: made once, closed in time, one per event loop; or the one that the user gives."""

from __future__ import annotations

import logging
import os
import ssl
import warnings
from collections.abc import AsyncGenerator
from functools import cache, partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary, ref

from ..errors import ConfigurationError
from .concurrency import running_loop
from .connections import AsyncDispatcher, AsyncRouter, Dispatcher, Router
from .http_library import (
    LIBRARY,
    AsyncBaseTransport,
    AsyncHTTPClient,
    BaseTransport,
    HTTPClient,
    Request,
    Response,
    certificates_variable,
    create_ssl_context,
)
from .proxies import Proxies

if TYPE_CHECKING:
    import asyncio

__all__ = ["AsyncClientPool", "ClientPool", "EngineClient", "check_open", "ssl_context"]

_logger: Final = logging.getLogger(LIBRARY)


@cache
def ssl_context() -> ssl.SSLContext:
    """The certificates to trust, as the environment says.

    Raises:
        ConfigurationError: they can't be read.
    """
    # Loading the certificates takes most of the time of making a client, so all clients share them.
    variable = certificates_variable()
    key_log = os.environ.get("SSLKEYLOGFILE")
    try:
        if variable == "SSL_CERT_DIR" and not any(map(os.path.isdir, os.environ[variable].split(os.pathsep))):
            raise NotADirectoryError
        return create_ssl_context()
    except OSError as error:
        kind = type(error).__name__
        if key_log and error.filename == key_log:
            text = f"SSLKEYLOGFILE: the keys of connections can't be written to where it says ({kind})"
        elif variable is not None:
            text = f"{variable}: the certificates can't be read from where it says ({kind})"
        else:
            text = (
                f"the certificates of the package certifi can't be read ({kind}); name a file of them in SSL_CERT_FILE"
            )
        raise ConfigurationError(text) from error


def _no_cookies() -> CookieJar:
    # Copies of a client share the connections but not the user: a session cookie of one must not go out for another.
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


class _Client(HTTPClient):
    """A client without what a request of this package has no use for: redirects, authentication, hooks and cookies cost a tenth of a call."""

    def __init__(self, transport: BaseTransport) -> None:
        super().__init__(transport=transport, trust_env=False, cookies=_no_cookies())
        self._sends = transport.handle_request

    def send(self, request: Request, **_: object) -> Response:
        response = self._sends(request)
        return _sent(request, response)


class _AsyncClient(AsyncHTTPClient):
    """As `_Client`."""

    def __init__(self, transport: AsyncBaseTransport) -> None:
        super().__init__(transport=transport, trust_env=False, cookies=_no_cookies())
        self._sends = transport.handle_async_request

    async def send(self, request: Request, **_: object) -> Response:
        response = await self._sends(request)
        return _sent(request, response)


class EngineClient(AsyncHTTPClient):
    """A client that stands for other connections than the HTTP library's, which `AsyncAlli` makes with it and closes."""

    def make_transport(self, verify: ssl.SSLContext, proxy: str | None = None) -> AsyncBaseTransport:
        """What sends requests, for the event loop that runs.

        Args:
            verify: certificates to trust.
            proxy: URL of a proxy to go through.
        """
        raise NotImplementedError


def _sent(request: Request, response: Response) -> Response:
    response.request = request
    if _logger.isEnabledFor(logging.INFO):
        # As the library does; those who switch its lines on find the requests of all its users there.
        _logger.info(
            'HTTP Request: %s %s "%s %d %s"',
            request.method,
            request.url.copy_with(query=None),
            response.http_version,
            response.status_code,
            response.reason_phrase,
        )
    return response


def check_open(closed: bool, *, injected: bool) -> None:
    """Raises ConfigurationError for a client that is closed, or whose HTTP client, which the user passed, is closed."""
    if closed:
        whose = "http_client is closed; pass one that is open" if injected else "this client is closed; make a new one"
        raise ConfigurationError(whose)


def _warn_unclosed(owner: str) -> None:
    warnings.warn(f"an {owner} was not closed; use it in a with block or close it", ResourceWarning, stacklevel=3)


class ClientPool:
    """One client of the HTTP library for each process, made here, or the one given by the user; thread-safe."""

    def __init__(self, given: HTTPClient | None, base_url: str) -> None:
        if given is not None and not isinstance(given, HTTPClient):
            from .._bridge.bridge import Bridge

            given = Bridge.around(given)
        self.injected = given is not None
        self._proxies = Proxies()
        if given is None:
            self._proxies.url(base_url)
        self._client = given if given is not None else self._made()
        self._process = os.getpid()
        self._used = False

    def _made(self) -> HTTPClient:
        verify = ssl_context()
        make = partial(Dispatcher, verify)
        transport = Router(make, self._proxies) if self._proxies else make()
        return _Client(transport)

    def get(self) -> HTTPClient:
        check_open(self._client.is_closed, injected=self.injected)
        if self._process != os.getpid() and not self.injected:
            self._start_over()
        self._used = True
        return self._client

    def _start_over(self) -> None:
        # A forked process has its parent's connections, too, and two that read from one get each other's answers. What is dropped
        # here closes in this process alone. Two threads may both come here; the client of one of them is then not used again.
        self._client = self._made()
        self._process = os.getpid()

    def close(self) -> None:
        if not self.injected:
            self._client.close()

    def __del__(self) -> None:
        try:
            if getattr(self, "_used", False) and not self.injected and not self._client.is_closed:
                _warn_unclosed("Alli")
                self._client.close()
        except (AttributeError, TypeError):  # at the interpreter's end, when modules have lost their names
            pass


class AsyncClientPool:
    """One client of the HTTP library per event loop, because a connection belongs to the loop that made it."""

    def __init__(self, given: AsyncHTTPClient | None, base_url: str) -> None:
        if given is not None and not isinstance(given, AsyncHTTPClient):
            from .._bridge.bridge import AsyncBridge

            given = AsyncBridge.around(given)
        self._engine = given if isinstance(given, EngineClient) else None
        if self._engine is not None:
            given = None
        self.injected = given is not None
        self._given = given
        self._closed = False
        self._proxies = Proxies()
        if given is None:
            self._proxies.url(base_url)
            ssl_context()
        # No lock: only the thread of a loop sets or takes what is kept for it, and each such step is atomic.
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncHTTPClient] = WeakKeyDictionary()
        self._closers: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncGenerator[None, None]] = WeakKeyDictionary()

    async def aget(self) -> AsyncHTTPClient:
        loop = running_loop()
        if self._given is not None:
            check_open(self._given.is_closed, injected=True)
            return self._given
        check_open(self._closed, injected=False)
        client = self._clients.get(loop)
        if client is None:
            self._forget_closed_loops()
            client = self._made()
            closer = self._closed_with_loop(client, ref(self))
            self._clients[loop] = client
            self._closers[loop] = closer
            await anext(closer)
        return client

    def _made(self) -> AsyncHTTPClient:
        verify = ssl_context()
        make = partial(AsyncDispatcher if self._engine is None else self._engine.make_transport, verify)
        transport = AsyncRouter(make, self._proxies) if self._proxies else make()
        return _AsyncClient(transport)

    @staticmethod
    async def _closed_with_loop(client: AsyncHTTPClient, owner: ref[AsyncClientPool]) -> AsyncGenerator[None, None]:
        # A loop that shuts down closes its async generators, which is the one hook it offers for closing connections in time.
        try:
            yield
        finally:
            # The generator holds its loop, so that the pool would keep both for ever.
            pool = owner()
            if pool is not None:
                pool.forget(running_loop())
            await client.aclose()

    def forget(self, loop: asyncio.AbstractEventLoop) -> None:
        """Drops what is kept for a loop that ends."""
        self._clients.pop(loop, None)
        self._closers.pop(loop, None)

    def _forget_closed_loops(self) -> None:
        # One that was closed by hand has closed nothing else. What is dropped here closes its sockets.
        # The references, which are copied in one step: threads with other loops may set theirs meanwhile.
        for loop in [held() for held in self._clients.keyrefs()]:
            if loop is not None and loop.is_closed():
                self.forget(loop)

    async def aclose(self) -> None:
        """Closes the connections of the running loop; those of other loops close when their loop does."""
        self._closed = True
        self._forget_closed_loops()
        if not self._clients:
            return
        closer = self._closers.get(running_loop())
        self.forget(running_loop())
        if closer is not None:
            await closer.aclose()

    def __del__(self) -> None:
        # Only a warning: closing would need the event loop, which may be gone.
        try:
            clients = getattr(self, "_clients", {})
            if any(not client.is_closed and not loop.is_closed() for loop, client in list(clients.items())):
                _warn_unclosed("AsyncAlli")
        except (AttributeError, TypeError):  # at the interpreter's end, when modules have lost their names
            pass
