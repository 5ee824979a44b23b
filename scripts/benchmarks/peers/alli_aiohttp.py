"""This SDK, sending by aiohttp; it has no sync client."""

from __future__ import annotations

from alli import AsyncAlli, aiohttp_client

from scripts.benchmarks.peers.alli_sdk import AsyncPeer

__all__ = ["Peer"]


class Peer(AsyncPeer):
    """See the package."""

    async def open(self) -> None:
        self._async_client = AsyncAlli(api_key="bench", base_url=self._url, http_client=aiohttp_client())

    def close(self) -> None:
        """Has nothing to close."""
