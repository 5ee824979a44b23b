"""The spec's operations and the emulator's are the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from alli_emulator import Emulator
from ruamel.yaml import YAML

SPEC = Path(__file__).parents[2] / "spec" / "alli.openapi.yaml"
METHODS = ("get", "put", "post", "patch", "delete")


def operations_in(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Method and path of each operation."""
    return [(method.upper(), path) for path, item in document["paths"].items() for method in METHODS if method in item]


def not_served(http: httpx.Client, operations: list[tuple[str, str]], app_id: str) -> Iterator[str]:
    """Those that the emulator answers as an unknown path or an unknown method. Nothing is sent with them."""
    for method, path in operations:
        answer = http.request(method, path.replace("{app_id}", app_id))
        if answer.status_code in (404, 405):
            yield f"{method} {path}"


@pytest.fixture
def document() -> Any:
    return YAML(typ="safe").load(SPEC.read_text(encoding="utf-8"))


def test_every_operation_of_the_spec_is_served(alli: Emulator, http: httpx.Client, document: Any) -> None:
    operations = operations_in(document)
    assert len(operations) >= 13
    assert list(not_served(http, operations, alli.apps[0].id)) == []


def test_an_operation_that_is_not_served_would_be_noticed(alli: Emulator, http: httpx.Client, document: Any) -> None:
    document["paths"]["/webapi/v2/projects"] = {"get": {}}
    document["paths"]["/webapi/v2/apps/{app_id}"]["delete"] = {}
    missing = list(not_served(http, operations_in(document), alli.apps[0].id))
    assert missing == ["DELETE /webapi/v2/apps/{app_id}", "GET /webapi/v2/projects"]
