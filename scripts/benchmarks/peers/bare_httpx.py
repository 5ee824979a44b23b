"""Bare httpx, what this SDK stands on: the measure of all ratios."""

from __future__ import annotations

import httpx

from scripts.benchmarks.peers.bare import BarePeer

__all__ = ["Peer"]


class Peer(BarePeer):
    """See the package."""

    def __init__(self, url: str) -> None:
        super().__init__(url, httpx)
