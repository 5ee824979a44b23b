"""What lies under an answer: its socket, and bytes that arrived but belong to no answer.

The HTTP library keeps both to itself, so this module, and no other, reads its private attributes. Where a release keeps them elsewhere,
nothing wrong is done: a connection whose leftover bytes can't be looked for is not used again (tests/alli/test_surplus_answers.py).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from .http_library import NEED_DATA, Data, Event, H11Connection, Request, Response

__all__ = [
    "CONNECTION",
    "STREAM_ID",
    "carries_others",
    "cut",
    "end_shared",
    "has_leftovers",
    "join_chunks",
    "shut_down",
    "shut_down_all",
]

CONNECTION = "alli.connection"
"""Where the extensions of a request hold the transport that sends it, which serves no other at that time."""

STREAM_ID = "alli.stream_id"
"""The same for the number of its stream on a connection that carries others."""

_INNER = ("_content", "_stream", "_httpcore_stream", "_connection")
"""Where a stream or a connection keeps the one that it wraps."""
_DEEPEST = 10

_LAST_CHUNK = b"\r\n0\r\n\r\n"
_AFTER_CHUNK = {b"\r\n": NEED_DATA, _LAST_CHUNK: None}
"""What a parser mostly has left of the chunks that have come, and what follows: more is to be read, or the parser is to be asked again
once what came before the end is given out."""


def carries_others(response: Response) -> bool:
    """Whether its connection may carry other answers at the same time, so that it must not be shut down for this one."""
    return response.extensions.get("http_version") == b"HTTP/2"


def has_leftovers(response: Response, body: object) -> bool:
    """Whether more arrived than the answer, once its body was read to its end.

    A faulty service or proxy may send an answer too many, or a body with a 204. The next request on the connection would be given it.

    Args:
        response: whose connection is looked at.
        body: the stream of its body, as the library made it.
    """
    network = response.extensions.get("network_stream")
    if network is None or carries_others(response):
        return False
    parser = _find(body, "_h11_state")
    return parser is None or bool(parser.trailing_data[0]) or _has_unread(network)


def _has_unread(network: Any) -> bool:
    """Whether bytes wait between the socket and what parses them; those in the socket itself the library looks for."""
    decrypted = getattr(network.get_extra_info("ssl_object"), "pending", None)
    if decrypted is not None and decrypted():
        return True
    stream = getattr(network, "_stream", None)
    encrypted = getattr(stream, "_read_bio", None)
    if encrypted is not None and encrypted.pending:
        return True
    return bool(getattr(_find(stream, "_protocol", ("transport_stream",)), "read_queue", None))


def join_chunks(body: object) -> None:
    """Makes a connection give the chunks of a body that have arrived together as one; nothing waits for more.

    The library hands each chunk through six generators, which costs more than to read it; a service that streams sends
    many small ones.
    """
    parser = _find(body, "_h11_state")
    if type(parser) is H11Connection and hasattr(parser, "_receive_buffer"):
        # The library has no argument for it.
        parser.__class__ = _Joining


class _Joining(H11Connection):
    _next: Event | type | Exception | None = None  # what came after the chunks that were joined

    def next_event(self) -> Any:
        event, self._next = self._next, None
        if event is None:
            event = super().next_event()
        elif isinstance(event, Exception):
            raise event
        if type(event) is not Data:
            return event
        more: Any = event
        pieces: list[bytes] = []
        while type(more) is Data:
            pieces.append(more.data)
            left = self._receive_buffer
            if more.chunk_end and len(left) <= len(_LAST_CHUNK) and bytes(left) in _AFTER_CHUNK:
                more = _AFTER_CHUNK[bytes(left)]  # as the parser would say, after as much work as for the chunk
                break
            try:
                more = super().next_event()
            except Exception as error:  # noqa: BLE001  (raised in its turn)
                more = error
        self._next = more
        return event if len(pieces) == 1 else Data(data=b"".join(pieces))

    def _process_event(self, role: Any, event: Event) -> None:
        # A piece of a body changes no state, and to find that out takes a third of the time for it.
        if type(event) is not Data or self.client_is_waiting_for_100_continue:
            super()._process_event(role, event)

    def start_next_cycle(self) -> None:
        self._next = None
        super().start_next_cycle()


def shut_down(response: Response) -> None:
    """Ends the connection of an answer, in any thread; whoever reads from it is woken by an error."""
    network = response.extensions.get("network_stream")
    if network is None:
        # aiohttp's answers know their connection, as long as it is theirs.
        connection = getattr(_find(response.stream, "_aiohttp_response"), "connection", None)
        network = getattr(connection, "transport", None)
    if network is not None:
        _shut_down(network.get_extra_info("socket"))


def end_shared(body: object) -> None:
    """Ends one answer of a connection that carries others, for a thread that is left behind in the wait for more of it.

    Whoever reads from such a connection reads for all, and that thread would go on to do so.
    """
    _reset(body, _find(body, "_stream_id"))


def shut_down_all(transport: object) -> None:
    """The same for all connections of a transport, of which none carries more than one answer."""
    for connection in _connections(transport):
        network = _find(connection, "_network_stream")
        if network is not None:
            _shut_down(network.get_extra_info("socket"))


def cut(request: Request, client: object) -> None:
    """The same for the connection on which `request` waits for its answer; of one that carries others, for this answer alone.

    Args:
        request: as it was sent.
        client: which sent it.
    """
    own = request.extensions.get(CONNECTION)
    if own is not None:
        shut_down_all(own)
        return
    client = getattr(getattr(client, "_transport", None), "client", client)  # of a bridge, the client that sends
    for transport in (getattr(client, "_transport", None), *getattr(client, "_mounts", {}).values()):
        for waiting in list(getattr(getattr(transport, "_pool", None), "_requests", ())):
            if waiting.request.extensions is request.extensions:
                network = _find(_holder(waiting.connection, "_h11_state"), "_network_stream")
                if network is not None:
                    _shut_down(network.get_extra_info("socket"))
                else:
                    _reset(waiting.connection, request.extensions.get(STREAM_ID))


def _reset(connection: object, stream_id: int | None) -> None:
    if stream_id is None:
        return
    streams: dict[int, list[Any]] = _find(connection, "_events") or {}
    events = streams.get(stream_id)
    if events is not None:
        from h2.events import StreamReset

        events.append(StreamReset(stream_id=stream_id))


def _connections(transport: object) -> Iterator[object]:
    yield from getattr(getattr(transport, "_pool", None), "connections", ())


def _find(start: object, name: str, inner: tuple[str, ...] = ()) -> Any:
    """The first attribute `name` of an object or of what it wraps; None where there is none."""
    return getattr(_holder(start, name, inner), name, None)


def _holder(start: object, name: str, inner: tuple[str, ...] = ()) -> Any:
    for _ in range(_DEEPEST):
        if start is None or hasattr(start, name):
            return start
        for one in inner or _INNER:
            found = getattr(start, one, None)
            if found is not None:
                start = found
                break
        else:
            return None
    return None


def _shut_down(connection: Any) -> None:
    if connection is None:
        return
    # A connection that is closed already is what was wanted.
    with suppress(OSError):
        if isinstance(connection, socket.socket):
            # That of an SSLSocket would drop the encryption first, and the reader would take ciphertext for the body.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        else:
            # The socket of an event loop is a likeness, and that of uvloop can't be shut down.
            with socket.socket(fileno=os.dup(connection.fileno())) as twin:
                twin.shutdown(socket.SHUT_RDWR)
