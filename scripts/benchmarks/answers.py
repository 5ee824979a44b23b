"""What the server answers, for each peer in its own framing: the same text, pages of as many items of the same size.

A path is /{kind}/{count}/{size} and what the peer itself puts behind it; that tells the peer's framing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import repeat
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["APP_ID", "DELTAS", "TEXT", "Asked", "body", "page", "record", "records"]

APP_ID = "TExNQXBwOjY2YTBhM2JiZDRkNTE5ZjM3M2NkNTVhNw=="
PAGE_SIZE = 100
"""Items of a page."""
ITEM_BYTES = 600
"""Of the JSON of an item, an app of medium length."""
DELTAS = ("deltas", "paced", "packed", "long")
"""The kinds of a stream whose records hold a piece each."""
PACKET = 65536
"""Bytes of the chunks of a stream with many records in each, about."""
TEXT = "Clause 4 is unusual: it renews itself every year. "
"""Repeated up to the size that was asked for."""


class Asked:
    """A request line, taken apart.

    Attributes:
        kind: call, gzip, messages, page, tools, upload, stamp, or a kind of stream: one of DELTAS, snapshots, still (snapshots of
            two texts in turns), large.
        count: of records, items or messages.
        size: characters of the text.
        framing: alli, openai or anthropic.
        rest: the path as the peer knows it.
        after: how many items came before, on a page.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        _, self.kind, count, size, self.rest = parts.path.split("/", 4)
        self.count, self.size = int(count), int(size)
        query = parse_qs(parts.query)
        self.after = int(next((query[name][0] for name in ("cursor", "after", "after_id") if name in query), "0"))
        self.framing = "alli" if "webapi" in self.rest else "anthropic" if _is_anthropic(self.rest, query) else "openai"

    @property
    def is_stream(self) -> bool:
        return self.kind in (*DELTAS, "snapshots", "large", "stamp", "still")


def _is_anthropic(rest: str, query: dict[str, list[str]]) -> bool:
    return rest.endswith(("messages", "models")) or "beta" in query


def text_of(size: int) -> str:
    """A text of `size` characters."""
    return (TEXT * (size // len(TEXT) + 1))[:size]


def body(asked: Asked) -> bytes:
    """The answer to a request that isn't streamed."""
    return _body(asked.kind, asked.framing, asked.rest, asked.count, asked.size, asked.after)


@cache
def _body(kind: str, framing: str, rest: str, count: int, size: int, after: int) -> bytes:
    if rest.endswith("v2/apps") or kind == "page":
        return page(framing, count, after)
    if rest.endswith("webapi/apps"):  # the v1 list, which has the inputs
        return json.dumps({"result": [_v1_app(number) for number in range(1, count + 1)]}).encode()
    if kind == "upload" and framing != "alli":
        return json.dumps(_FILE).encode()
    if kind == "messages":
        return json.dumps({"result": _result([text_of(size)] * count)}).encode()
    return json.dumps(_ANSWERS[framing](text_of(size))).encode()


_FILE = {
    "id": "file-1",
    "object": "file",
    "type": "file",
    "bytes": 1,
    "size_bytes": 1,
    "created_at": 1,
    "filename": "contract.pdf",
    "mime_type": "application/pdf",
    "purpose": "user_data",
    "status": "processed",
}


def _result(texts: list[str]) -> dict[str, object]:
    return {
        "id": APP_ID,
        "name": "Contract review",
        "type": "single_action",
        "responses": [
            {"id": f"m{number}", "message": text, "completed": True, "clues": []} for number, text in enumerate(texts)
        ],
        "conversation": {"id": "Q29udmVyc2F0aW9uOjE=", "state": "closed"},
    }


_USAGE = {"prompt_tokens": 100, "completion_tokens": 200, "total_tokens": 300}
_ANSWERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "alli": lambda text: {"result": _result([text])},
    "openai": lambda text: {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": _USAGE,
    },
    "anthropic": lambda text: {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 100, "output_tokens": 200},
    },
}


def _app_id(number: int) -> str:
    return f"TExNQXBwOjY2YTBhM2JiZDRkNTE5{number:012d}"


def _item(framing: str, number: int) -> dict[str, object]:
    if framing == "openai":
        return {**_FILE, "id": str(number), "created_at": number}
    if framing == "anthropic":
        return {"id": str(number), "type": "model", "created_at": "2026-01-01T00:00:00Z", "display_name": ""}
    return {
        "id": _app_id(number),
        "name": f"Contract review {number}",
        "type": "single_action",
        "category": "GENERAL",
        "published": True,
        "description": "",
        "agentPermission": {"accessAgents": [], "accessPermissionGroups": [], "viewAccessToAgent": True},
        "userPermission": {"ownUserIds": [], "customerGroups": [], "viewAccessToUser": False},
    }


_PADDED = {"alli": "description", "openai": "filename", "anthropic": "display_name"}


def _v1_app(number: int) -> dict[str, object]:
    inputs = [{"value": "text", "name": "Text", "inputType": "paragraph", "placeholder": ""}]
    return {"id": _app_id(number), "name": f"Contract review {number}", "type": "single_action", "inputs": inputs}


def page(framing: str, count: int, after: int) -> bytes:
    """A page of a list of `count` items, the one behind item number `after`."""
    numbers = range(after + 1, min(after + PAGE_SIZE, count) + 1)
    items = [_item(framing, number) for number in numbers]
    for item in items:
        item[_PADDED[framing]] = text_of(ITEM_BYTES - len(json.dumps(item)))
    more = numbers.stop <= count
    if framing == "alli":
        return json.dumps({"apps": items, "cursor": str(numbers.stop - 1) if more else None}).encode()
    ends = {"first_id": str(numbers.start), "last_id": str(numbers.stop - 1)}
    return json.dumps({"object": "list", "data": items, "has_more": more, **ends}).encode()


def record(framing: str, kind: str, text: str) -> bytes:
    """One record of a stream, as its peer frames it: a snapshot or a delta as NDJSON, or a server-sent event."""
    if framing == "openai":
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
        chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        return b"data: " + json.dumps(chunk).encode() + b"\n\n"
    if framing == "anthropic":
        delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
        return b"event: content_block_delta\ndata: " + json.dumps(delta).encode() + b"\n\n"
    if kind in DELTAS:
        return json.dumps({"answer": text, "conversation_id": "Q29udmVyc2F0aW9uOjE="}).encode() + b"\n"
    message = {"id": "m1", "message": text, "completed": False, "clues": []}
    return json.dumps({"result": {"id": APP_ID, "responses": [message]}}).encode() + b"\n"


def _opening(framing: str) -> bytes:
    if framing != "anthropic":
        return b""
    message = {**_ANSWERS["anthropic"](""), "content": []}
    begun = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    return _event({"type": "message_start", "message": message}) + _event(begun)


def _closing(framing: str) -> bytes:
    if framing == "alli":
        return b""
    if framing == "openai":
        return b"data: [DONE]\n\n"
    return _event({"type": "content_block_stop", "index": 0}) + _event({"type": "message_stop"})


def _event(data: Mapping[str, object]) -> bytes:
    return f"event: {data['type']}\ndata: {json.dumps(data)}\n\n".encode()


def records(asked: Asked) -> Iterator[bytes]:
    """The pieces of a streamed body: one chunk of HTTP each."""
    yield from filter(None, [_opening(asked.framing)])
    yield from _PIECES.get(asked.kind, _alike)(asked)
    yield from filter(None, [_closing(asked.framing)])


def _snapshots(asked: Asked) -> Iterator[bytes]:
    # Only this service repeats what it has said; what the others stream of the same text is its growth.
    grows = asked.framing == "alli"
    whole = text_of(asked.count * asked.size)
    for end in range(asked.size, len(whole) + 1, asked.size):
        yield record(asked.framing, asked.kind, whole[:end] if grows else whole[end - asked.size : end])


def _packed(asked: Asked) -> Iterator[bytes]:
    packed = record(asked.framing, asked.kind, text_of(asked.size)) * asked.count
    for start in range(0, len(packed), PACKET):
        yield packed[start : start + PACKET]


def _endless(asked: Asked) -> Iterator[bytes]:
    texts = [text_of(asked.size)] if asked.kind == "long" else [text_of(asked.size), text_of(asked.size).swapcase()]
    turn = b"".join(record(asked.framing, asked.kind, text) for text in texts)
    many = PACKET // len(turn)
    block, (blocks, rest) = turn * many, divmod(asked.count // len(texts), many)
    yield from repeat(block, blocks)
    if rest:
        yield turn * rest


def _large(asked: Asked) -> Iterator[bytes]:
    for number in range(1, asked.count + 1):
        # Each goes on where the one before has ended, or a snapshot would tell nothing new.
        yield record(asked.framing, asked.kind, text_of(asked.size + number))


def _alike(asked: Asked) -> Iterator[bytes]:
    return repeat(record(asked.framing, asked.kind, text_of(asked.size)), asked.count)


_PIECES = {"snapshots": _snapshots, "packed": _packed, "long": _endless, "still": _endless, "large": _large}
