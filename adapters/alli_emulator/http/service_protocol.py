"""What a `ServerThread` serves."""

from __future__ import annotations

from typing import Protocol

from starlette.types import Receive, Scope, Send

__all__ = ["ServedApplication"]


class ServedApplication(Protocol):
    """An ASGI application with an end. `stop` and `aclose` are called in the server's loop."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    def stop(self) -> None:
        """Ends all answers under way."""

    async def aclose(self) -> None:
        """Gives back what it holds; no answer is under way any more."""
