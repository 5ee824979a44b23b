"""Faults as JSON: what the control path takes and gives."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, cast, get_args

from alli_emulator.apps.model import App
from alli_emulator.contract.schema_errors import schema_check
from alli_emulator.faults.fault import Cut, Fault, Framing
from alli_emulator.wire.wire_json import loads

__all__ = ["FAULT_SCHEMA", "FaultError", "check_fault", "fault_from_json", "fault_to_json"]

_COUNT = {"type": ["integer", "null"], "minimum": 0}
_SECONDS = {"type": "number", "minimum": 0, "maximum": 3600}

FAULT_SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Fault",
    "description": "What to do to the next requests it matches; alli_emulator.Fault says what each field does.",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "method": {"type": ["string", "null"]},
        "path_contains": {"type": "string"},
        "app": {"type": ["string", "null"], "description": "id or name"},
        "times": {"type": ["integer", "null"], "minimum": 1, "default": 1, "description": "null: all that come"},
        "status": {"type": ["integer", "null"], "minimum": 200, "maximum": 999},
        "headers": {"type": "object", "additionalProperties": {"type": "string"}},
        "body": {"description": "text is sent as text/html, anything else as JSON"},
        "body_base64": {"type": "string", "description": "in place of body: bytes to send as they are"},
        "drop": {"type": "boolean"},
        "cut_head_after": _COUNT,
        "delay": _SECONDS,
        "expire_conversation": {"type": "boolean"},
        "write_bytes": {"type": ["integer", "null"], "minimum": 1},
        "write_pause": _SECONDS,
        "cut_after": _COUNT,
        "cut": {"enum": list(get_args(Cut))},
        "stall_after": _COUNT,
        "framing": {"enum": list(get_args(Framing))},
        "last_newline": {"type": "boolean"},
        "error_after": _COUNT,
        "error_record": {},
        "final_replaced_message": {"anyOf": [{"const": False}, {"type": ["string", "null"]}]},
    },
}
"""A fault over HTTP, as JSON Schema. Fields left out are as in `Fault`."""


_problems_of = schema_check(FAULT_SCHEMA)


class FaultError(ValueError):
    """What was given is not a fault; the arguments say why, one field each."""

    def __str__(self) -> str:
        return "; ".join(self.args)


def check_fault(fault: Fault) -> Fault:
    """`fault` itself.

    Raises:
        FaultError: a field holds what would do nothing, or something else than was meant.
    """
    _check(fault_to_json(fault, fault.times))
    return fault


def fault_from_json(source: bytes) -> Fault:
    """The fault that `source` describes.

    Raises:
        FaultError: it is not JSON, or breaks `FAULT_SCHEMA`.
    """
    try:
        told = loads(source)
    except ValueError:
        raise FaultError("the body must be a JSON object") from None
    _check(told)
    values = cast(dict[str, Any], told)
    if "body_base64" in values:
        try:
            values["body"] = base64.b64decode(values.pop("body_base64"), validate=True)
        except ValueError:
            raise FaultError("fault.body_base64 must be base64") from None
    return Fault(**values)


def fault_to_json(fault: Fault, left: int | None) -> dict[str, object]:
    """What of a fault is not as it is by default; `times` is how often it may still be used."""
    told = fault.settings()
    if isinstance(fault.app, App):
        told["app"] = fault.app.id
    if fault.headers:
        told["headers"] = dict(fault.headers)
    if isinstance(fault.body, bytes):
        told["body_base64"] = base64.b64encode(fault.body).decode()
        del told["body"]
    return {**told, "times": left}


def _check(described: object) -> None:
    if problems := _problems_of(described, ("fault",)):
        raise FaultError(*map(str, problems))
