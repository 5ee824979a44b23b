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

__all__ = ["CHATS_PER_PAGE", "Answer", "Asked", "Get", "ask"]

MOST_PAGES = 50
"""Pages of the list of apps that are read."""

PAGE_SIZE = 10

CHATS_PER_PAGE = 100
"""Messages of a full page, as documented."""


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

    def items(self, name: str) -> list[Mapping[str, Any]]:
        """The objects of a list in the body, which may be in an envelope `result`."""
        within: object = self.fields.get("result")
        fields = cast("Mapping[str, Any]", within) if isinstance(within, dict) else self.fields
        return _objects(fields.get(name))

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
    chats_after: Answer | None = None
    """The page of messages after one that is not full."""

    def operation(self, operation_id: str) -> Answer | None:
        """The answer of a documented GET; None where it could not be asked."""
        return next((answer for one, answer in self.operations.items() if one.id == operation_id), None)

    @cached_property
    def chats(self) -> list[Mapping[str, Any]]:
        """The messages of one conversation, a page of them."""
        answer = self.operation("list_chats")
        return [] if answer is None else answer.items("chats")

    @cached_property
    def citations(self) -> list[Mapping[str, Any]]:
        """What these messages cite."""
        return [one for chat in self.chats for one in _objects(chat.get("citations"))]

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
    known = {"app_id": first}
    operations: dict[Operation, Answer | None] = {}
    # In the document's order: what is asked by an id that an earlier answer has comes after it.
    for one in contract.operations:
        if one.method == "GET":
            operations[one] = answer = _answer_of(one, get, known, contract)
            if answer is not None:
                known |= _ids_in(one.id, answer)
    conversation = known.get("conversation_id")
    asked_chats = next((answer for one, answer in operations.items() if one.id == "list_chats"), None)
    chats_after = None
    if conversation and asked_chats is not None and len(asked_chats.items("chats")) < CHATS_PER_PAGE:
        chats_after = get(f"/webapi/v2/conversations/{quote(conversation, safe='')}/chats?pageNo=2", None)
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
        operations=operations,
        chats_after=chats_after,
    )


def _ids_in(operation_id: str, answer: Answer) -> dict[str, str | None]:
    """Ids by which other operations can be asked: of a conversation with messages if there is one, of a clue and its document."""
    if operation_id == "list_conversations":
        found = answer.items("conversations")
        found.sort(key=lambda one: not one.get("chatCount"))
        return {"conversation_id": _first(found, "id")}
    if operation_id == "list_chats":
        cited = [one for chat in answer.items("chats") for one in _objects(chat.get("citations"))]
        return {
            "clue_id": _first(cited, "clueId", "clue_id"),
            "kb_id": _first(cited, "knowledgeBaseId", "kbId", "kb_id"),
        }
    return {}


def _first(objects: list[Mapping[str, Any]], *names: str) -> str | None:
    values = (one.get(name) for one in objects for name in names)
    return next((value for value in values if isinstance(value, str) and value), None)


def _answer_of(operation: Operation, get: Get, known: Mapping[str, str | None], contract: Contract) -> Answer | None:
    """The answer of a documented GET, None where it needs what is not known here."""
    path = operation.path
    for name, value in known.items():
        if value is not None:
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
    _, problems = contract.query_problems(operation.id, [])
    return None if "{" in path or problems else get(path, None)


def _objects(value: object) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        return []
    return [cast("Mapping[str, Any]", one) for one in cast("list[object]", value) if isinstance(one, dict)]
