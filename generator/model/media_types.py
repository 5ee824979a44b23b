"""Which media types of bodies the SDK can send and read, and how openapi-python-client is made to read those that it doesn't know.

It knows JSON, both kinds of forms and application/octet-stream, and refuses the rest. A body of any other media type is text or a file,
which is sent and given as it is (tests/generator/test_bodies.py).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from generator.document.files import Document
from generator.document.json_types import is_array, is_object
from generator.document.problems import JsonPath, Problem
from generator.document.schemas import followed, resolved
from generator.document.validation import operations

__all__ = ["Kind", "main_body", "readable", "sent_as", "unusable"]

Kind: TypeAlias = Literal["json", "multipart", "form", "text", "binary"]

_PREFERRED: tuple[Kind, ...] = ("json", "multipart", "form", "text", "binary")
"""Of several media types of a body, which one the facade sends."""

_MEDIA_TYPE = re.compile(r"(?P<type>[\w.+-]+)/(?P<subtype>[\w.+-]+)", re.ASCII)
_WILDCARD = re.compile(r"[\w.+*-]+/\*", re.ASCII)
_TEXT = re.compile(r"text/.+|application/(.+\+)?(xml|yaml|x-yaml|toml|javascript|graphql|sql|x-ndjson|ndjson|jsonl)")
_ONE_TEXT = {"type": "string"}
_ONE_FILE = {"type": "string", "format": "binary"}

_MARK = ";"
"""Behind a media type it means nothing, and tells that of a request, which the parser shall take for octets, from that of an answer."""


def sent_as(media_type: str) -> str:
    """What the header says of a body whose media type the parser was given as `media_type`."""
    plain = media_type.removesuffix(_MARK)
    return f"{plain}; charset=utf-8" if plain.startswith("text/") and ";" not in plain else plain


def main_body(data: dict[str, Any], body: dict[str, Any]) -> tuple[str, Kind] | None:
    """The media type that the facade sends and its kind; None where it can send none.

    Args:
        data: The document.
        body: A request body, references followed.
    """
    return next(((media, kind) for media, kind, _ in _preferred(data, body)), None)


def unusable(document: Document) -> list[Problem]:
    """The request bodies that can't be sent in any of their media types, each with its path."""
    data = document.data
    problems: list[Problem] = []
    for path, operation in operations(data):
        body = resolved(data, operation.get("requestBody"))
        listed = dict(_contents(body))
        if not listed or main_body(data, body) is not None:
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


def readable(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A copy of the document with the bodies that the parser can read, and what it should take which media type for.

    Of the media types of a request body, the one that the facade sends comes first.
    """
    changed = copy.deepcopy(data)
    taken_for: dict[str, str] = {}
    for body in _bodies(changed):
        body["content"] = dict(_request_content(data, body, taken_for))
    for answer in _answers(changed):
        answer["content"] = _answer_content(data, answer)
    return changed, taken_for


def _request_content(
    data: dict[str, Any], body: dict[str, Any], taken_for: dict[str, str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for media, kind, holder in _preferred(data, body):
        match kind:
            case "json":
                yield (media if _MEDIA_TYPE.match(media) else "application/json"), {"schema": {}, **holder}
            case "form" | "multipart":
                yield media, {"schema": {"type": "object"}, **holder}
            case "text" | "binary":
                taken_for[media + _MARK] = "application/octet-stream"
                yield media + _MARK, {**holder, "schema": dict(_ONE_TEXT if kind == "text" else _ONE_FILE)}


def _preferred(data: dict[str, Any], body: dict[str, Any]) -> list[tuple[str, Kind, dict[str, Any]]]:
    """Media types that can be sent, the one that the facade sends first."""
    usable: list[tuple[str, Kind, dict[str, Any]]] = []
    for media, holder in _contents(body):
        kind = _request_kind(data, media, holder)
        if kind is not None:
            usable.append((media, kind, holder))
    return sorted(usable, key=lambda each: _PREFERRED.index(each[1]))


def _answer_content(data: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """What the parser knows stays alone; where it knows none, the first is text or a file, or JSON where it may be anything."""
    listed = dict(_contents(answer))
    known = {media: holder for media, holder in listed.items() if _is_known_answer(media)}
    if known or not listed:
        return {media: {"schema": {}, **holder} for media, holder in known.items()}
    media, holder = next(iter(listed.items()))
    if _WILDCARD.fullmatch(media) and not _is_string(data, holder.get("schema")):
        return {"application/json": {"schema": {}, **holder}}
    if _TEXT.fullmatch(_essence(media)):
        return {"text/plain": {"schema": _ONE_TEXT}}
    return {"application/octet-stream": {"schema": _ONE_FILE}}


def _is_known_answer(media: str) -> bool:
    essence = _essence(media)
    return _is_json(essence) or essence == "application/octet-stream" or essence.startswith("text/")


def _request_kind(data: dict[str, Any], media: str, holder: dict[str, Any]) -> Kind | None:
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


def _bodies(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Request bodies where they are written: at operations, and among the components."""
    for _, operation in operations(data):
        if is_object(body := operation.get("requestBody")) and "content" in body:
            yield body
    yield from _components(data, "requestBodies")


def _answers(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for _, operation in operations(data):
        responses = operation.get("responses")
        for answer in responses.values() if is_object(responses) else ():
            if is_object(answer) and "content" in answer:
                yield answer
    yield from _components(data, "responses")


def _components(data: dict[str, Any], section: str) -> Iterator[dict[str, Any]]:
    components = data.get("components")
    entries = components.get(section) if is_object(components) else None
    for entry in entries.values() if is_object(entries) else ():
        if is_object(entry) and "content" in entry:
            yield entry


def _place(operation: dict[str, Any], path: JsonPath) -> JsonPath:
    """Where the operation's body is written."""
    body = operation.get("requestBody")
    reference = body.get("$ref") if is_object(body) else None
    return followed(reference) if isinstance(reference, str) else (*path, "requestBody")
