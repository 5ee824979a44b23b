"""A multipart body without parts, which the HTTP library does not write: given no parts, it sends no body and no content type."""

from __future__ import annotations

import secrets
from typing import Any

__all__ = ["empty_form"]


def empty_form() -> dict[str, Any]:
    """`content` and `headers` of a request whose operation wants multipart always."""
    boundary = secrets.token_hex(16)
    content_type = f"multipart/form-data; boundary={boundary}"
    return {"content": f"--{boundary}--\r\n".encode(), "headers": {"Content-Type": content_type}}
