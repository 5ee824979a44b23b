"""The raw layer's client over the connections of a client of this package: same key, identity, limits, retries and middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._privacy.frames import forgetful
from .undocumented import any_operation

if TYPE_CHECKING:
    from .response import Response
    from .transport import AsyncTransport, Transport

__all__ = ["AsyncRawClient", "RawClient"]


@forgetful
class RawClient:
    """For `sync` and `sync_detailed`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def request(self, **request: Any) -> Response:
        """Send the request that a builder made."""
        return self._transport.response(any_operation("raw", request["method"], None), request)


@forgetful
class AsyncRawClient:
    """For `asyncio` and `asyncio_detailed`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def request(self, **request: Any) -> Response:
        """Send the request that a builder made."""
        return await self._transport.response(any_operation("raw", request["method"], None), request)
