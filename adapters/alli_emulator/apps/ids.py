"""Ids as the service makes them: padded base64 of `Kind:<24 hex digits>`."""

from __future__ import annotations

import base64
import hashlib
import secrets

__all__ = ["make_id", "new_id", "stable_id"]

_HEX_DIGITS = 24


def make_id(kind: str, digits: str) -> str:
    """The id of `kind` for the raw hex id `digits`."""
    return base64.b64encode(f"{kind}:{digits}".encode()).decode()


def new_id(kind: str) -> str:
    """An id that is nobody else's."""
    return make_id(kind, secrets.token_hex(_HEX_DIGITS // 2))


def stable_id(kind: str, name: str) -> str:
    """The same id for the same name in every process, so that examples can be repeated."""
    return make_id(
        kind, hashlib.sha256(f"alli_emulator/{name}".encode("utf-8", "surrogatepass")).hexdigest()[:_HEX_DIGITS]
    )
