"""uvicorn in a thread: it says when it is ready, and stops at once."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress

import uvicorn
from anyio import to_thread
from uvicorn.protocols.http.h11_impl import H11Protocol

from alli_emulator.http.host_check import HostCheck
from alli_emulator.http.service_protocol import ServedApplication

__all__ = ["ServerThread", "url_of"]

APPS_AT_ONCE = 256
"""Most app functions that may block at a time, each in a thread; further runs wait for one to end."""

_LAST_PORT = 65_535

_TURNS_TO_CONNECT = 3
"""Turns of the event loop from a connection's acceptance to its protocol's knowledge of it."""

_TURNS_TO_CLOSE = 2
"""Turns of the event loop from a transport's end to its socket's."""

_GRACE_SECONDS = 2
"""After this the server gives up on answers that don't end; `Service.stop()` ends them at once, so it is a safety net."""


class _Protocol(H11Protocol):
    """Puts the connection's transport into the scope's state, so that a fault can close or reset the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """Waits for an event instead of looking ten times a second whether it should end, and says when it is ready."""

    def __init__(self, config: uvicorn.Config, service: ServedApplication) -> None:
        super().__init__(config)
        self._service = service
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.leave = asyncio.Event()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, in the time it takes: uvicorn looks at its connections only every tenth of a second."""
        # A connection that was accepted just now fails, and stays open, where its server closes before it is set up.
        loop = asyncio.get_running_loop()
        for listening in sockets or []:
            with suppress(NotImplementedError):  # Windows accepts in another way
                loop.remove_reader(listening)
        await _turns(_TURNS_TO_CONNECT)
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=_GRACE_SECONDS)
        await self._service.aclose()
        for connection in list(self.server_state.connections):
            # None until the connection is made, whatever uvicorn's annotation says.
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        await _turns(_TURNS_TO_CLOSE)

    async def main_loop(self) -> None:
        self.loop = asyncio.get_running_loop()
        to_thread.current_default_thread_limiter().total_tokens = APPS_AT_ONCE
        await self.on_tick(0)
        self.ready.set()
        await self.leave.wait()


class ServerThread:
    """Serves from its creation to `stop()`.

    Args:
        address: host and port to listen on. A host is a name or an address of either family.
        allowed_hosts: names that a request may use for this server, beside those of this machine.

    Raises:
        OSError: on creation: the port is taken, or the host is not an address of this machine.
        ValueError: on creation: the port is not between 0 and 65535.
    """

    def __init__(self, service: ServedApplication, address: tuple[str, int], allowed_hosts: Iterable[str] = ()) -> None:
        self.service = HostCheck(service, [address[0], *allowed_hosts])
        # Bound here, in the caller's thread: a taken port is the caller's error, and the port is known at once.
        self._socket = _listen(address)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        config = uvicorn.Config(
            self.service,
            loop="asyncio",
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
        )
        self._server = _Server(config, self.service)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, name="alli-emulator", daemon=True)
        self._thread.start()
        self._server.ready.wait()
        if self._failure is not None:
            raise RuntimeError("Emulator: the server did not start") from self._failure

    def stop(self) -> None:
        """Ends answers under way and waits for the thread."""
        if self._server.loop is not None:
            self._server.loop.call_soon_threadsafe(self._leave)
        self._thread.join()

    def _leave(self) -> None:
        self.service.stop()
        self._server.leave.set()

    def _serve(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        except BaseException as error:  # noqa: BLE001  (handed to the thread that waits)
            self._failure = error
        finally:
            # Also where the server could not start: nobody may wait for it for ever.
            self._server.ready.set()


def url_of(address: tuple[str, int]) -> str:
    """The URL of a server that listens on an address. One that listens on all of them is asked on loopback."""
    host, port = address
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (read, not bound)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def _listen(address: tuple[str, int]) -> socket.socket:
    """A listening socket whose connections send without delay.

    asyncio sets TCP_NODELAY only where the socket says that it is TCP, which those of `socket.create_server` don't.
    Without it every second write of an answer waits 40 ms for the client's acknowledgement.
    """
    host, port = address
    if not 0 <= port <= _LAST_PORT:  # of a larger number, getaddrinfo takes the lower 16 bits
        raise ValueError(f"port: must be from 0 to {_LAST_PORT}, not {port}")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    # Clients that look up "localhost" may try either family; most try, or fall back to, the older one.
    family, _, _, _, place = min(found, key=lambda one: one[0] != socket.AF_INET)
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # A port whose last connections are still winding down may be used again; one that is listened on may not.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening
