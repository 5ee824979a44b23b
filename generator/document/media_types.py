"""Which media types of bodies the SDK can send and read, and how each is read.

JSON, forms, text of any kind, and files as application/octet-stream; an answer of another type is given as it is
(tests/generator/test_bodies.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from generator.document.json_types import is_object, object_at
from generator.document.problems import Problem
from generator.document.schemas import called, followed, operations, resolved, types_of

__all__ = ["AnswerKind", "BodyKind", "answer_of", "bodies_of", "is_stream", "sent_as", "unusable"]

BodyKind: TypeAlias = Literal["json", "multipart", "form", "text", "binary"]
AnswerKind: TypeAlias = Literal["json", "records", "text", "bytes", "nothing"]

_PREFERRED: tuple[BodyKind, ...] = ("json", "multipart", "form", "text", "binary")
"""Of several media types of a body, which one the facade sends."""

_KINDS: dict[str, BodyKind] = {
    "application/x-www-form-urlencoded": "form",
    "multipart/form-data": "multipart",
    "text/*": "text",
    "application/octet-stream": "binary",
}
"""Of bodies that are not JSON."""

_MEDIA_TYPE = re.compile(r"(?P<type>[\w.+-]+)/(?P<subtype>[\w.+-]+)", re.ASCII)
_STREAM = frozenset({"application/stream+json", "application/x-ndjson", "application/ndjson", "application/jsonl"})


def sent_as(media_type: str) -> str:
    """What the header says of a body of this media type."""
    if not _MEDIA_TYPE.match(media_type):
        return "application/json"
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") and ";" not in media_type else media_type


def is_stream(media_type: str) -> bool:
    """Whether it means one JSON record after another."""
    return _essence(media_type) in _STREAM


def bodies_of(data: dict[str, Any], body: dict[str, Any]) -> list[tuple[str, BodyKind, dict[str, Any]]]:
    """Media types that can be sent, each with what stands there; the one that the facade sends comes first.

    Args:
        data: The document.
        body: A request body, references followed.
    """
    usable: list[tuple[str, BodyKind, dict[str, Any]]] = []
    for media, holder in _contents(body):
        if (kind := _body_kind(data, media, holder)) is not None:
            usable.append((media, kind, holder))
    return sorted(usable, key=lambda each: _PREFERRED.index(each[1]))


def answer_of(answer: dict[str, Any]) -> tuple[AnswerKind, Any]:
    """How an answer is read, and its schema where it is JSON, or the schema of one of its records.

    Records are for answers that can't be had whole.
    """
    listed = dict(_contents(answer))
    for media, holder in listed.items():
        if _is_json(_essence(media)) and not is_stream(media):
            return "json", holder.get("schema", {})
    if streams := [holder for media, holder in listed.items() if is_stream(media)]:
        return "records", streams[0].get("schema", {})
    if not listed:
        return "nothing", None
    return ("text" if _essence(next(iter(listed))).startswith("text/") else "bytes"), None


def unusable(data: dict[str, Any]) -> Iterator[Problem]:
    """The request bodies that can't be sent in any of their media types, each with its path."""
    for path, operation in operations(data):
        body = resolved(data, operation.get("requestBody"))
        listed = dict(_contents(body))
        if listed and not bodies_of(data, body):
            reference = object_at(operation, "requestBody").get("$ref")
            place = followed(reference) if isinstance(reference, str) else (*path, "requestBody")
            yield Problem(
                f"{called(path)}: a request body of {' or '.join(listed)} with this schema can't be sent; what can be sent "
                "is JSON, application/x-www-form-urlencoded and multipart/form-data made of an object, text/* made of {type: string}, and "
                "application/octet-stream made of {type: string, format: binary}. Say in the overlay which of these it is",
                path=(*place, "content", next(iter(listed))),
            )


def _body_kind(data: dict[str, Any], media: str, holder: dict[str, Any]) -> BodyKind | None:
    essence, schema = _essence(media), holder.get("schema")
    if _is_json(essence):
        return "json"
    kind = _KINDS.get("text/*" if essence.startswith("text/") else essence)
    node = resolved(data, schema)
    types = set(types_of(node))
    if kind in ("form", "multipart"):
        fits = "object" in types or not node.keys().isdisjoint({"properties", "allOf", "additionalProperties"})
    else:  # text, or a number, or whatever has no parts
        fits = types.isdisjoint({"object", "array"}) and node.keys().isdisjoint({"properties", "items", "allOf"})
    return kind if schema is None or fits else None


def _essence(media: str) -> str:
    return media.partition(";")[0].strip().lower()


def _is_json(essence: str) -> bool:
    """`*/*` is what some frameworks write for JSON."""
    return essence in ("application/json", "*/*") or bool(_MEDIA_TYPE.fullmatch(essence) and essence.endswith("+json"))


def _contents(holder: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((media, inner) for media, inner in object_at(holder, "content").items() if is_object(inner))
