"""What a ScriptedServer may answer, in the few forms that many tests need."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.servers import Connection

__all__ = ["Answer", "after_request", "answering", "give_app", "silent"]

Answer = Callable[[Connection], None]


def after_request(then: Answer) -> Answer:
    """`then`, once the request has been read."""

    def answer(connection: Connection) -> None:
        if connection.read_request():
            then(connection)

    return answer


def answering(status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
    """The same to every request."""
    return after_request(lambda connection: connection.respond(status, body, headers))


def give_app(connection: Connection) -> None:
    """An app named One, whose id is the last segment of the path that was asked for."""
    if request := connection.read_request():
        connection.respond(200, b'{"id": "%s", "name": "One"}' % request.path.rpartition("/")[2].encode())


def silent(connection: Connection) -> None:
    """Nothing more, until the block of the server is left."""
    connection.server.release.wait(20)
