"""Calls that are answered by an error, for the tests of what becomes of it."""

from __future__ import annotations

from typing import Any

import alli
import httpx
import pytest

from tests.alli.client_kind import ClientKind

__all__ = ["STANDARD", "failing", "reply"]

STANDARD = {"type": "APIError", "code": 7000, "message": "Something went wrong."}


def reply(status: int, body: object, **headers: str) -> httpx.Response:
    if isinstance(body, (bytes, str)):
        return httpx.Response(status, content=body, headers={"content-type": "text/html", **headers})
    return httpx.Response(status, json=body, headers=headers)


async def failing(kind: ClientKind, method: str, *args: Any, answer: httpx.Response, **options: Any) -> Any:
    """The error of one call that is answered by `answer`."""
    client = kind.mocked(lambda request: answer, max_retries=0, **options)
    resource, name = method.split(".")
    with pytest.raises(alli.AlliError) as caught:
        await kind.get(getattr(getattr(client, resource), name)(*args))
    return caught.value
