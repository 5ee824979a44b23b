"""Whatever is a sequence in Python goes out as an array; only a tuple that is an input by itself is a file with its name."""

from __future__ import annotations

import json
from collections import UserList, deque
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from alli import InvalidArgumentError

from tests.alli.client_kind import ClientKind

ARRAYS: dict[str, Sequence[int]] = {
    "list": [0, 1],
    "tuple": (0, 1),
    "range": range(2),
    "deque": deque([0, 1]),
    "own class": UserList([0, 1]),
}


def multipart_text(request: httpx.Request, name: str) -> str:
    """The text of a part of a form."""
    part = request.read().split(f'name="{name}"'.encode())[1]
    return part.split(b"\r\n\r\n", 1)[1].split(b"\r\n")[0].decode()


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS.keys())
async def test_a_sequence_is_sent_as_an_array_in_json_and_in_form_fields(
    client_kind: ClientKind, array: Sequence[int]
) -> None:
    sent: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("run_conversation"):
            sent.append(json.loads(multipart_text(request, "choices")))
        else:
            inputs = json.loads(request.read())["inputs"]
            sent.extend([inputs["outer"]["array"], inputs["outer"]["deep"][0]])
        return httpx.Response(200, json={"result": {}})

    client = client_kind.mocked(answer)
    await client_kind.get(client.apps.run_conversation("a1", choices=array))
    await client_kind.get(client.apps.run("a1", {"outer": {"array": array, "deep": [array]}}))
    assert sent == [[0, 1]] * 3


@pytest.mark.parametrize(
    "value",
    [{0, 1}, iter([0, 1]), [b"ab"], [bytearray(b"ab")], [memoryview(b"ab")]],
    ids=["set", "iterator", "bytes", "bytearray", "memoryview"],
)
async def test_what_is_no_sequence_or_holds_bytes_is_refused(client_kind: ClientKind, value: Any) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError("it was sent")

    client = client_kind.mocked(answer)
    with pytest.raises(InvalidArgumentError):
        await client_kind.get(client.apps.run("a1", {"array": {"deep": value}}))
