"""Which media types of bodies the SDK can send and read, and how each is read.

A body that is neither JSON nor a form is text or a file, which is sent and given as it is (tests/generator/test_bodies.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from generator.document.files import Document
from generator.document.json_types import is_array, is_object
from generator.document.problems import JsonPath, Problem
from generator.document.schemas import followed, operations, resolved

__all__ = ["AnswerKind", "BodyKind", "answer_of", "bodies_of", "is_stream", "sent_as", "unusable"]

BodyKind: TypeAlias = Literal["json", "multipart", "form", "text", "binary"]
AnswerKind: TypeAlias = Literal["json", "records", "text", "bytes", "nothing"]

_PREFERRED: tuple[BodyKind, ...] = ("json", "multipart", "form", "text", "binary")
"""Of several media types of a body, which one the facade sends."""

_MEDIA_TYPE = re.compile(r"(?P<type>[\w.+-]+)/(?P<subtype>[\w.+-]+)", re.ASCII)
_WILDCARD = re.compile(r"[\w.+*-]+/\*", re.ASCII)
_TEXT = re.compile(r"text/.+|application/(.+\+)?(xml|yaml|x-yaml|toml|javascript|graphql|sql|x-ndjson|ndjson|jsonl)")
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
        kind = _body_kind(data, media, holder)
        if kind is not None:
            usable.append((media, kind, holder))
    return sorted(usable, key=lambda each: _PREFERRED.index(each[1]))


def answer_of(data: dict[str, Any], answer: dict[str, Any]) -> tuple[AnswerKind, Any]:
    """How an answer is read, and its schema where it is JSON, or the schema of one of its records.

    What is known stays alone; where nothing is, the first is text or a file, or JSON where it may be anything. Records are for
    answers that can't be had whole.
    """
    listed = dict(_contents(answer))
    for media, holder in listed.items():
        essence = _essence(media)
        if is_stream(media):
            continue
        if _is_json(essence):
            return "json", holder.get("schema", {})
        if essence == "application/octet-stream" or essence.startswith("text/"):
            return ("text" if essence.startswith("text/") else "bytes"), None
    if streams := [holder for media, holder in listed.items() if is_stream(media)]:
        return "records", streams[0].get("schema", {})
    if not listed:
        return "nothing", None
    media, holder = next(iter(listed.items()))
    if _WILDCARD.fullmatch(media) and not _is_string(data, holder.get("schema")):
        return "json", holder.get("schema", {})
    return ("text" if _TEXT.fullmatch(_essence(media)) else "bytes"), None


def unusable(document: Document) -> list[Problem]:
    """The request bodies that can't be sent in any of their media types, each with its path."""
    data = document.data
    problems: list[Problem] = []
    for path, operation in operations(data):
        body = resolved(data, operation.get("requestBody"))
        listed = dict(_contents(body))
        if not listed or bodies_of(data, body):
            continue
        place = (*_place(operation, path), "content", next(iter(listed)))
        problems.append(
            Problem(
                f"{str(path[2]).upper()} {path[1]}: a request body of {' or '.join(listed)} with this schema can't be sent; what can be sent "
                "is JSON, application/x-www-form-urlencoded and multipart/form-data made of an object, and text or a file of any one media "
                "type. Say in the overlay which it is: {type: string} is text, {type: string, format: binary} a file",
                path=place,
            )
        )
    return problems


def _body_kind(data: dict[str, Any], media: str, holder: dict[str, Any]) -> BodyKind | None:
    essence, schema = _essence(media), holder.get("schema")
    if _is_json(essence) or (essence == "*/*" and _is_object(data, schema)):
        return "json"
    if not _MEDIA_TYPE.fullmatch(essence):
        return None
    if essence in ("application/x-www-form-urlencoded", "multipart/form-data"):
        fits = schema is None or _is_object(data, schema)
        return None if not fits else "form" if essence.startswith("application/") else "multipart"
    if essence.startswith("multipart/") or not (schema is None or _is_string(data, schema)):
        return None
    binary = resolved(data, schema).get("format") == "binary"
    return "text" if _TEXT.fullmatch(essence) and not binary else "binary"


def _essence(media: str) -> str:
    return media.partition(";")[0].strip().lower()


def _is_json(essence: str) -> bool:
    return essence == "application/json" or (essence.endswith("+json") and bool(_MEDIA_TYPE.fullmatch(essence)))


def _is_object(data: dict[str, Any], schema: object) -> bool:
    node = resolved(data, schema)
    return "object" in _types(node) or any(key in node for key in ("properties", "allOf", "additionalProperties"))


def _is_string(data: dict[str, Any], schema: object) -> bool:
    """Or a number, or whatever has no parts."""
    node = resolved(data, schema)
    return {"object", "array"}.isdisjoint(_types(node)) and not any(
        key in node for key in ("properties", "items", "allOf")
    )


def _types(node: dict[str, Any]) -> list[Any]:
    kind = node.get("type")
    return kind if is_array(kind) else [kind]


def _contents(holder: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    content = holder.get("content")
    for media, inner in content.items() if is_object(content) else ():
        if is_object(inner):
            yield media, inner


def _place(operation: dict[str, Any], path: JsonPath) -> JsonPath:
    """Where the operation's body is written."""
    body = operation.get("requestBody")
    reference = body.get("$ref") if is_object(body) else None
    return followed(reference) if isinstance(reference, str) else (*path, "requestBody")
