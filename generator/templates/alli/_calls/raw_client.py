"""The raw layer's client over the connections of a client of this package: same key, identity, limits, retries and middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import ConfigurationError
from ..raw.client import Client
from .undocumented import any_operation

if TYPE_CHECKING:
    from .response import Response
    from .transport import AsyncTransport, Transport

__all__ = ["AsyncRawClient", "RawClient"]


class _Sender:
    """Has the one method of the HTTP library's client that the raw layer calls."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def request(self, **request: Any) -> Response:
        return self._transport.response(any_operation("raw", request["method"], None), request)


class _AsyncSender:
    """As `_Sender`, awaited."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def request(self, **request: Any) -> Response:
        return await self._transport.response(any_operation("raw", request["method"], None), request)


class RawClient(Client):
    """For `sync` and `sync_detailed`."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(base_url=transport.config.base_url)
        self._sender: Any = _Sender(transport)

    def get_httpx_client(self) -> Any:
        """What sends requests."""
        return self._sender

    def get_async_httpx_client(self) -> NoReturn:
        """Refuses: the connections of `Alli` wait in threads."""
        raise ConfigurationError("client.raw of Alli is for sync(client=…); asyncio(client=…) takes that of AsyncAlli")


class AsyncRawClient(Client):
    """For `asyncio` and `asyncio_detailed`."""

    def __init__(self, transport: AsyncTransport) -> None:
        super().__init__(base_url=transport.config.base_url)
        self._sender: Any = _AsyncSender(transport)

    def get_async_httpx_client(self) -> Any:
        """What sends requests."""
        return self._sender

    def get_httpx_client(self) -> NoReturn:
        """Refuses: the connections of `AsyncAlli` belong to an event loop."""
        raise ConfigurationError("client.raw of AsyncAlli is for asyncio(client=…); sync(client=…) takes that of Alli")
