"""What is asked of the service: a few GETs, none of which changes anything. No answer is printed or kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast
from urllib.parse import quote

from alli_emulator.apps.ids import make_id
from alli_emulator.contract.operations import Operation
from alli_emulator.contract.validation import Contract

__all__ = ["Answer", "Asked", "Get", "ask"]

MOST_PAGES = 50
"""Pages of the list of apps that are read."""

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `status` is 0 where there was none, and `failure` then says why."""

    status: int
    media_type: str = ""
    body: bytes = field(default=b"", repr=False)
    failure: str = ""

    @property
    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def fields(self) -> Mapping[str, Any]:
        """The body as a JSON object; empty where it is none."""
        value: object = self.json
        return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace").strip()


Get = Callable[[str, str | None], Answer]
"""Asks for a path with its query, with another key than the right one where one is given (`""`: none)."""


@dataclass(frozen=True)
class Asked:
    """All answers."""

    wrong_key: Answer
    no_key: Answer
    wrong_method: Answer
    unknown_id: Answer
    wrong_parameter: Answer
    pages: list[Answer]
    ended: bool
    repeated_cursor: bool
    old_list: Answer
    one_app: Answer | None
    operations: Mapping[Operation, Answer | None]

    @cached_property
    def apps(self) -> list[Mapping[str, Any]]:
        """All apps of the v2 list."""
        return [app for page in self.pages for app in _objects(page.fields.get("apps"))]

    @cached_property
    def old_apps(self) -> list[Mapping[str, Any]]:
        """All apps of the v1 list."""
        return _objects(self.old_list.fields.get("result"))

    @cached_property
    def old_inputs(self) -> list[Mapping[str, Any]]:
        """All inputs of the apps of the v1 list."""
        return [one for app in self.old_apps for one in _objects(app.get("inputs"))]


def ask(get: Get, contract: Contract) -> Asked:
    """Asks all questions, one after another."""
    pages: list[Answer] = []
    cursors: list[str] = []
    cursor: Any = None
    repeated = False
    while len(pages) < MOST_PAGES:
        more = f"&cursor={quote(cursor, safe='')}" if cursor else ""
        pages.append(get(f"/webapi/v2/apps?pageSize={PAGE_SIZE}{more}", None))
        cursor = pages[-1].fields.get("cursor")
        if not isinstance(cursor, str) or not cursor:
            break
        if cursor in cursors:
            repeated = True
            break
        cursors.append(cursor)
    ids = [app.get("id") for page in pages for app in _objects(page.fields.get("apps"))]
    first = next((one for one in ids if isinstance(one, str)), None)
    one_app = None if first is None else get(f"/webapi/v2/apps/{quote(first, safe='')}", None)
    return Asked(
        wrong_key=get("/webapi/v2/apps", "no-key-of-this-service"),
        no_key=get("/webapi/v2/apps", ""),
        wrong_method=get("/webapi/skill", None),
        unknown_id=get(f"/webapi/v2/apps/{quote(make_id('LLMApp', '0' * 24), safe='')}", None),
        wrong_parameter=get("/webapi/v2/apps?pageSize=many", None),
        pages=pages,
        ended=not (isinstance(cursor, str) and cursor),
        repeated_cursor=repeated,
        old_list=get("/webapi/apps", None),
        one_app=one_app,
        operations={one: _answer_of(one, get, first, contract) for one in contract.operations if one.method == "GET"},
    )


def _answer_of(operation: Operation, get: Get, app_id: str | None, contract: Contract) -> Answer | None:
    """The answer of a documented GET, None where it needs what is not known here."""
    path = operation.path
    if app_id is not None:
        path = path.replace("{app_id}", quote(app_id, safe=""))
    _, problems = contract.query_problems(operation.id, [])
    return None if "{" in path or problems else get(path, None)


def _objects(value: object) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        return []
    return [cast("Mapping[str, Any]", one) for one in cast("list[object]", value) if isinstance(one, dict)]
