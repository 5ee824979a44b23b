"""The service's error answers, E1 to E8 in the order of spec/README.md.

Shapes seen on the service belong to profile `observed`, printed ones to `documented`. Nobody has seen or printed what
v2 says to an unknown id or an invalid field: 404 and 422 with `detail` are assumed from the framework v2 seems to use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alli_emulator.contract.problems import Problem
from alli_emulator.wire.dialect import Dialect

__all__ = [
    "Refusal",
    "internal_error",
    "invalid_json",
    "invalid_key",
    "invalid_request",
    "not_found",
    "not_served",
    "too_large",
    "wrong_method",
]

_V2 = "/webapi/v2/"


class Refusal(Exception):
    """An error answer, raised where it is found out. `body` as text goes out as HTML, anything else as JSON."""

    def __init__(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = headers


def _standard(status: int, code: int, message: str) -> Refusal:
    return Refusal(status, {"type": "APIError", "code": code, "message": message})


def invalid_key(dialect: Dialect) -> Refusal:
    """The key is missing or wrong; the service answers both the same way."""
    if dialect.profile == "documented":
        return _standard(403, 7001, "API-KEY is not valid")
    return Refusal(401, {"error": {"value": 1013, "name": "INVALID_TOKEN"}, "message": "INVALID_TOKEN"})


def invalid_json(dialect: Dialect) -> Refusal:
    """The body is not JSON."""
    if dialect.profile == "documented":
        return _standard(403, 7002, "Cannot decode the requested JSON body")
    return Refusal(400, {"result": [], "errors": "content must be JSON deserializable!"})


def wrong_method(dialect: Dialect, method: str, path: str, allowed: Sequence[str]) -> Refusal:
    """The path exists, the method doesn't. HTTP asks for `Allow`; whether the service sends it was not noted."""
    headers = {"Allow": ", ".join(allowed)}
    if dialect.profile == "documented":
        return Refusal(405, {"error": f"Method Not Allowed {method}: {path}"}, headers)
    return Refusal(405, "Method not allowed", headers)


def not_found(what: str = "Not Found") -> Refusal:
    """No such path, app, skill or conversation (assumed shape)."""
    return Refusal(404, {"detail": what})


def too_large() -> Refusal:
    """The body is longer than the emulator reads. What the service says to one is not known."""
    return Refusal(413, {"detail": "the request's body is too large for the emulator"}, {"Connection": "close"})


def not_served(operation: str, operation_id: str) -> Refusal:
    """The operation is documented, and the emulator has no route for it. The service itself never says this."""
    method, path = operation.split()
    told = f"the emulator does not serve {operation} ({operation_id}); serve it by hand:"
    return Refusal(501, {"detail": f"{told} alli.answer({method!r}, {path!r}, json=...)"})


def invalid_request(dialect: Dialect, path: str, problems: Sequence[Problem]) -> Refusal:
    """The request is readable and breaks the spec: 422 with `detail` in v2 (assumed), 400 with code 7003 elsewhere."""
    if dialect.profile == "observed" and path.startswith(_V2):
        detail = [{"type": problem.kind, "loc": list(problem.place), "msg": problem.message} for problem in problems]
        return Refusal(422, {"detail": detail})
    told = "; ".join(f"'{problem.place[-1]}' {problem.message}" for problem in problems)
    return _standard(400, 7003, f"Requested parameters are not valid. {told}.")


def internal_error(message: str) -> Refusal:
    """The service's own failure, or an app's."""
    return Refusal(500, {"errors": f"internal error. {message}"})
