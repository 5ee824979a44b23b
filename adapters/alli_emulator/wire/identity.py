"""Who a request is made for."""

from __future__ import annotations

import base64

__all__ = ["decode_user_id"]


def decode_user_id(header: str | None) -> str | None:
    """OWN-USER-ID as meant: `base64:` and base64 of UTF-8 stand for text that isn't ASCII; empty is not sent.

    Text after `base64:` that is not base64 is taken as it stands.
    """
    if not header:
        return None
    if header.startswith("base64:"):
        try:
            return base64.b64decode(header.removeprefix("base64:"), validate=True).decode()
        except ValueError:
            return header
    return header
