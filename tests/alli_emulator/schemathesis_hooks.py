"""What schemathesis can't know of this API from its document; loaded by `test_emulator_schemathesis.py`.

A media type that schemathesis lacks: a stream is many JSON values, one per line. And conventions that a schema has no word for: text
that must hold JSON, a cursor that must come from a list, pages that are counted from 1, a conversation that must not have ended.
"""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import schemathesis

STREAM = "application/stream+json"


@schemathesis.deserializer(STREAM)
def records(_context: Any, response: Any) -> Any:
    """The last record; `every_record_keeps_to_the_schema` looks at all."""
    return [json.loads(line) for line in response.content.splitlines()][-1]


@schemathesis.check
def every_record_keeps_to_the_schema(_context: Any, response: Any, case: Any) -> None:
    """Each record of a stream is held against the schema of its media type."""
    if response.headers.get("content-type", [""])[0] != STREAM:
        return
    document = case.operation.schema.raw_schema
    place = ("paths", case.operation.path, case.operation.method, "responses", "200", "content", STREAM, "schema")
    pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in place)
    validator = jsonschema.Draft202012Validator({**document, "$ref": f"#/{pointer}"})
    for line in response.content.splitlines():
        validator.validate(json.loads(line))


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Makes what the document allows and the service can't take into what it can; spoilt requests stay spoilt."""
    if case.meta is None:
        return
    if not case.meta.generation.mode.is_positive:
        # A form can't show that what should be a list of texts is none, so the request is spoilt in another way.
        lists = ("hashtags", "notificationHooks") if case.media_type == "multipart/form-data" else ()
        if isinstance(case.body, dict) and not all(_may_be_texts(case.body.get(name)) for name in lists):
            case.body.pop("fileName", None)
        return
    if isinstance(case.query, dict):
        case.query.pop("cursor", None)
        case.query.pop("pageNo", None)
    if isinstance(case.body, dict):
        case.body.pop("after", None)
        if case.path == "/webapi/generative_answer" and case.body.get("mode") == "stream":
            # One of the built-in checks takes each `+json` for one value; the emulator's own check holds each record to the schema.
            case.body["mode"] = "sync"
        if "/apps/" in case.path:
            case.body.pop("conversationId", None)
        if case.media_type == "multipart/form-data":
            for name, text in (("json", "{}"), ("choices", "[0]"), ("sendFormInput", "{}"), ("send_form_input", "{}")):
                if name in case.body:
                    case.body[name] = text


def _may_be_texts(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, str) for one in value))
