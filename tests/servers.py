"""Servers for tests of connections: real sockets on a port the system picks, each answer written byte by byte by the test.

    def answer(connection: Connection) -> None:
        connection.read_request()
        connection.respond(200, b'{"ok": true}')

    with ScriptedServer(answer) as server:
        Alli(api_key="k", base_url=server.url)

`answer` is called once per request that arrives, on the thread of its connection; the connection stays open for the next one unless
`answer` closes it.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

__all__ = ["Connection", "ScriptedServer", "SentRequest"]


@dataclass
class SentRequest:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    raw_target: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Connection:
    """One TCP connection to a client."""

    def __init__(self, sock: socket.socket, server: ScriptedServer) -> None:
        self.socket = sock
        self.server = server
        self.closed = False
        self.peer_closed = threading.Event()
        """Set by `wait_until_peer_closes`."""
        self._buffer = b""
        self._received = 0  # bytes, so that an answer that reads nothing is noticed

    @property
    def consumed(self) -> int:
        """How many bytes of the client's have been read and used."""
        return self._received - len(self._buffer)

    def read_request(self) -> SentRequest | None:
        """The next request, its body read whole; None when the client closed the connection."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._more():
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        method, target, _ = lines[0].split(b" ", 2)
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(b":")
            headers[name.decode("latin-1").lower()] = value.strip().decode("latin-1")
        request = SentRequest(method.decode(), target.decode("latin-1"), headers, self._body(headers), target)
        self.server.requests.append(request)
        return request

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while True:
                size = int(self._line(), 16)
                chunk = self._exactly(size + 2)
                if size == 0:
                    return body
                body += chunk[:-2]
        return self._exactly(int(headers.get("content-length", "0")))

    def _line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            if not self._more():
                raise EOFError
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line

    def _exactly(self, count: int) -> bytes:
        parts = [self._buffer]
        have = len(self._buffer)
        while have < count:
            data = self.socket.recv(1 << 20)
            if not data:
                raise EOFError
            self._received += len(data)
            parts.append(data)
            have += len(data)
        whole = b"".join(parts)
        self._buffer = whole[count:]
        return whole[:count]

    def is_asked(self) -> bool:
        """Waits for the next byte; False when the client closes the connection instead."""
        if self._buffer:
            return True
        if isinstance(self.socket, ssl.SSLSocket):
            return self._more()  # it can't be peeked into
        # Left where it is, for an `answer` that reads the socket itself.
        return bool(self.socket.recv(1, socket.MSG_PEEK))

    def _more(self) -> bool:
        try:
            data = self.socket.recv(1 << 18)
        except OSError:
            return False
        self._received += len(data)
        self._buffer += data
        return bool(data)

    def receive(self) -> bytes:
        """The next bytes as they come, for what reads no whole request; none when the client has closed the connection."""
        if not self._buffer:
            self._more()
        data, self._buffer = self._buffer, b""
        return data

    def send(self, data: bytes) -> None:
        """Writes bytes; a client that has gone is not an error."""
        with contextlib.suppress(OSError):
            self.socket.sendall(data)

    def start(self, status: int = 200, headers: Mapping[str, str] | None = None, *, chunked: bool = True) -> None:
        """Writes the head of an answer whose body follows with `chunk` and `end`, or up to the close if not `chunked`."""
        lines = [f"HTTP/1.1 {status} Status"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        lines.append("Transfer-Encoding: chunked" if chunked else "Connection: close")
        self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")

    def chunk(self, data: bytes) -> None:
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def end(self) -> None:
        self.send(b"0\r\n\r\n")

    def respond(self, status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """Writes a whole answer; JSON unless `headers` say otherwise."""
        known = {"Content-Type": "application/json", **(headers or {}), "Content-Length": str(len(body))}
        lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in known.items())]
        self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def wait_until_peer_closes(self, timeout: float = 10.0) -> bool:
        """Whether the client closes its side within `timeout` seconds."""
        self.socket.settimeout(timeout)
        try:
            while self.socket.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            pass
        self.peer_closed.set()
        return True

    def close(self) -> None:
        """Closes the connection in order."""
        self.closed = True
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def reset(self) -> None:
        """Closes the connection with a TCP reset."""
        self.closed = True
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


@dataclass
class ScriptedServer:
    """A TCP server on loopback that calls `answer` for each request. Use it in a with block.

    Attributes:
        answer: reads the request and writes the answer.
        requests: all requests that came, in order; complete when the block is left.
        connections: all connections that were made, in order; complete when the block is left.
        release: an event for tests to let waiting handlers go on; set when the block is left.
        tls: makes it a server of https, with the certificate of this context.
    """

    answer: Callable[[Connection], None]
    requests: list[SentRequest] = field(default_factory=list[SentRequest])
    connections: list[Connection] = field(default_factory=list[Connection])
    release: threading.Event = field(default_factory=threading.Event)
    tls: ssl.SSLContext | None = None

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._mistakes: list[str] = []
        self._last: tuple[str, int] | None = None
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def all_ended(self) -> bool:
        """Whether the client closes all its connections within 10 seconds each."""
        for thread in self._threads:
            thread.join(10)
        return not any(thread.is_alive() for thread in self._threads)

    def _accept(self) -> None:
        while True:
            try:
                sock, address = self._listener.accept()
            except OSError:
                return
            if address == self._last:
                sock.close()
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(sock, self)
            self.connections.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: Connection) -> None:
        with contextlib.suppress(OSError, EOFError):
            if self.tls is not None:
                connection.socket = self.tls.wrap_socket(connection.socket, server_side=True)
            while not connection.closed and connection.is_asked():
                before = connection.consumed
                self.answer(connection)
                if connection.consumed == before and not connection.closed:
                    # It would be called for the same bytes again, for ever.
                    self._mistakes.append("an answer neither read from the connection nor closed it")
                    break
        connection.closed = True
        connection.socket.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release.set()
        until = time.monotonic() + 5
        self._accept_the_rest(until)
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            self._ends(thread, until)
        if self._mistakes and error is None:
            raise AssertionError(f"ScriptedServer: {'; '.join(self._mistakes)}")

    def _accept_the_rest(self, until: float) -> None:
        """Ends the accepting after all connections made so far: what came over them counts, however late this thread's turn is."""
        with socket.socket() as last:
            last.bind(("127.0.0.1", 0))
            self._last = last.getsockname()
            last.connect(self._listener.getsockname())
            self._ends(self._accepting, until)
        self._listener.close()

    def _ends(self, thread: threading.Thread, until: float) -> None:
        thread.join(max(0.0, until - time.monotonic()))
        if thread.is_alive():
            self._mistakes.append(f"{thread.name} still runs")
