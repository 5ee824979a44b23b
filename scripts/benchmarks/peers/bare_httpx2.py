"""Bare httpx2, what most of the large SDKs stand on."""

from __future__ import annotations

import httpx2

from scripts.benchmarks.peers.bare import BarePeer

__all__ = ["Peer"]


class Peer(BarePeer):
    """See the package."""

    def __init__(self, url: str) -> None:
        super().__init__(url, httpx2)
