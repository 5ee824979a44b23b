"""What lies under an answer: its socket, and bytes that arrived but belong to no answer.

The HTTP library keeps both to itself, so this module, and no other, reads its private attributes. Where a release keeps them elsewhere,
nothing wrong is done: a connection whose leftover bytes can't be looked for is not used again (tests/alli/test_surplus_answers.py).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

from .http_library import NEED_DATA, SEND_BODY, Data, Event, H11Connection, LowProtocolError, Request, Response

__all__ = [
    "BodyParser",
    "CONNECTION",
    "STREAM_ID",
    "body_reader",
    "carries_others",
    "cut",
    "end_shared",
    "has_leftovers",
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
    if parser is None:
        return True
    if parser.their_state is SEND_BODY:
        return False  # it was not read to its end, so the connection is closed; in a forked process it must be left to the parent
    return bool(parser.trailing_data[0]) or _has_unread(network)


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


def body_reader(body: object) -> tuple[BodyParser, Any] | None:
    """What reads a body without the six generators that the library hands each chunk through, which cost more than to parse it: the parser
    and the network stream of its connection. None where the library keeps them elsewhere.
    """
    connection = _holder(body, "_h11_state")
    parser, network = getattr(connection, "_h11_state", None), getattr(connection, "_network_stream", None)
    if network is None or not isinstance(parser, H11Connection) or not hasattr(parser, "_receive_buffer"):
        return None
    # The library has no argument for it.
    parser.__class__ = BodyParser
    return cast(BodyParser, parser), network


class BodyParser(H11Connection):
    """Parses a body as its parent does, in fewer steps."""

    def parsed(self) -> tuple[bytes, object]:
        """All of the body that has come, and what follows: NEED_DATA, None if the parser is to be asked again, an event, or an error."""
        pieces: list[bytes] = []
        while True:
            event: Any
            try:
                event = self.next_event()
            except LowProtocolError as error:
                event = error.with_traceback(None)  # which holds this frame, which holds the error
            if type(event) is not Data:
                break
            pieces.append(event.data)
            left = self._receive_buffer
            if event.chunk_end and len(left) <= len(_LAST_CHUNK) and bytes(left) in _AFTER_CHUNK:
                event = _AFTER_CHUNK[bytes(left)]  # as the parser would say, after as much work as for the chunk
                break
        return b"".join(pieces), event

    def _process_event(self, role: Any, event: Event) -> None:
        # A piece of a body changes no state, and to find that out takes a third of the time for it.
        if type(event) is not Data or self.client_is_waiting_for_100_continue:
            super()._process_event(role, event)


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


def cut(client: object, request: Request) -> None:
    """The same for the connection on which `request` waits for its answer; of one that carries others, for this answer alone.

    Args:
        client: which sends it.
        request: as it was sent.
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
            with connection.dup() as twin:
                twin.shutdown(socket.SHUT_RDWR)
