"""Steps of the generator whose result depends on their input alone are done once for each input in a worker.

The tests make hundreds of trees, of documents and templates that differ in a line: what did not change is half of the work.
"""

from __future__ import annotations

import builtins
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from types import CodeType
from typing import Any

import openapi_python_client
import pytest
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from jsonschema.exceptions import ValidationError
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from generator.document import files, validation
from generator.output import rendering, templates, twins

__all__ = ["remembered"]


@contextmanager
def remembered() -> Iterator[None]:
    """What a YAML file says, what the validator finds in a document, templates as code, sync forms, and which modules compile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "parse", lru_cache(maxsize=16)(files.parse.__wrapped__))
        patch.setattr(validation, "OpenAPIV31SpecValidator", _Validator)
        patch.setattr(OAS31Validator, "check_schema", _CheckSchema())
        code = _CodeOfTemplates()
        patch.setattr(templates, "Environment", partial(Environment, bytecode_cache=code))
        patch.setattr(openapi_python_client, "Environment", partial(Environment, bytecode_cache=code))
        patch.setattr(twins, "sync", _Sync())
        patch.setattr(rendering, "compile", _Compile(), raising=False)
        yield


class _Validator:
    _found: dict[bytes, list[ValidationError]] = {}  # noqa: RUF012 - shared on purpose

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    def iter_errors(self) -> Iterator[ValidationError]:
        key = _digest(json.dumps(self._data))
        if key in self._found:
            yield from self._found[key]
            return
        found: list[ValidationError] = []
        for error in OpenAPIV31SpecValidator(self._data).iter_errors():
            found.append(error)
            yield error
        self._found[key] = found


class _CheckSchema:
    """Two thirds of what the validator does: most schemas of two documents are the same."""

    def __init__(self) -> None:
        self._real = OAS31Validator.check_schema
        self._right: set[bytes] = set()

    def __call__(self, schema: Any, **options: Any) -> None:
        key = _digest(json.dumps(schema))
        if key not in self._right:
            self._real(schema, **options)
            self._right.add(key)


class _CodeOfTemplates(BytecodeCache):
    """By name, file and text."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


class _Sync:
    def __init__(self) -> None:
        self._real = twins.sync
        self._known: dict[bytes, tuple[str, set[str]]] = {}

    def __call__(self, source: str, used: set[str] | None = None) -> str:
        key = _digest(source, *map(":".join, twins.NAMES.items()))
        if key not in self._known:
            names: set[str] = set()
            self._known[key] = self._real(source, names), names
        text, names = self._known[key]
        if used is not None:
            used |= names
        return text


class _Compile:
    """Of what the generator compiles, only the errors are of use."""

    def __init__(self) -> None:
        self._right: set[bytes] = set()

    def __call__(self, source: str, filename: str, mode: str, **options: Any) -> None:
        key = _digest(source, filename, mode)
        if key not in self._right:
            builtins.compile(source, filename, mode, **options)
            self._right.add(key)


def _digest(*texts: str) -> bytes:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).digest()
