"""What answers an operation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.responses import Response

from alli_emulator.requests.exchange import Exchange

__all__ = ["Endpoint", "Endpoints"]

Endpoint: TypeAlias = Callable[[Exchange], Awaitable[Response]]
"""Answers one operation; raises `Refusal` for an error answer."""

Endpoints: TypeAlias = Mapping[str, Endpoint]
"""What the emulator serves, by operationId."""
