"""What each word of the overlay does in the package made of the wider API: one check for each, called for both clients."""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.generator.wider_package import Wider
from tests.servers import Connection, ScriptedServer

__all__ = ["WORDS"]


def signature(wide: Wider, name: str) -> list[str]:
    return list(inspect.signature(wide.method(name)).parameters)


def documented(wide: Wider, name: str) -> str:
    return inspect.getdoc(wide.method(name)) or ""


def check_pages(wide: Wider, kind: str) -> None:
    """Offset and page styles are walked to the end, and filters go along."""

    async def walked(pages: Any) -> list[str]:
        return [item.id async for item in pages]

    def call(client: Any) -> Any:
        pages = client.audit.list(limit=2, email="e")
        return walked(pages) if kind == "async" else [item.id for item in pages]

    answers = [{"result": [{"id": i} for i in ids], "count": 3} for ids in ("ab", "c")]
    given, requests = wide.call(kind, call, *answers)
    assert given == ["a", "b", "c"]
    sent = [parse_qs(urlsplit(request.target).query) for request in requests]
    assert [each.get("offset") for each in sent] == [None, ["2"]]
    assert [(each["email"], each["limit"]) for each in sent] == [(["e"], ["2"])] * 2
    page, _ = wide.call(kind, lambda client: client.audit.list(), answers[1])
    assert page.total == 3


def check_wait(wide: Wider, kind: str) -> None:
    def state(name: str) -> dict[str, str]:
        return {"build_status": name, "job_status": "j", "job_type": "t"}

    given, requests = wide.call(kind, lambda client: client.rare.wait(timeout=5), state("a"), state("a"), state("b"))
    assert given.build_status == "b"
    assert len(requests) == 3
    with pytest.raises(wide.package.JobFailedError) as caught:
        wide.call(kind, lambda client: client.rare.wait(timeout=5), state("f"))
    assert caught.value.status == "f"


def check_handle(wide: Wider, kind: str) -> None:
    started = {"result": {"conversation": {"id": "c1"}}}
    handle, requests = wide.call(kind, lambda client: client.apps.start("a1", {"x": "y"}), started)
    assert json.loads(requests[0].body)["mode"] == "background"
    assert type(handle).__name__ == {"sync": "BackgroundRun", "async": "AsyncBackgroundRun"}[kind]
    client = (wide.package.Alli if kind == "sync" else wide.package.AsyncAlli)(api_key="k")
    assert client.apps.background(handle.id).id == handle.id


def check_records(wide: Wider, kind: str) -> None:
    def call(client: Any) -> Any:
        return client.completions.stream(messages=[])

    given, _ = wide.call(kind, call, b'{"delta": "a", "new": 1}\n')
    assert (given[0].delta, given[0].extra) == ("a", {"new": 1})
    with pytest.raises(wide.package.AppError, match="boom"):
        wide.call(kind, call, b'{"delta": "a"}\n{"error": "boom"}\n')
    with pytest.raises(wide.package.StreamDecodeError, match="another type"):
        wide.call(kind, call, b'{"delta": "a"}\n[1]\n')


def check_uploads(wide: Wider, kind: str) -> None:
    """`file_names`: a file that has no other name is called as it is."""
    _, (request,) = wide.call(
        kind, lambda client: client.documents.upload(("a.pdf", b"%PDF")), [{"result": {"id": "1", "title": "a"}}]
    )
    assert b'name="fileName"\r\n\r\na.pdf' in request.body.replace(b"Content-Type: text/plain\r\n", b"")


def check_same_as(wide: Wider, kind: str) -> None:
    _, (request,) = wide.call(kind, lambda client: client.retrieval.search("q", limit=4), {"result": []})
    sent = json.loads(request.body)
    assert (sent["maxDocumentClues"], sent["max_document_clues"]) == (4, 4)


def check_omit(wide: Wider, kind: str) -> None:
    assert "user_ids" not in signature(wide, "conversations.bulk_update")
    assert "auto_register_candidates" not in signature(wide, "faq.search")


def check_keep_null(wide: Wider, kind: str) -> None:
    _, (request,) = wide.call(
        kind, lambda client: client.mrc.rate(id="1", answer="a"), {"result": {"userFeedback": {}}}
    )
    assert json.loads(request.body) == {"id": "1", "answer": "a"}


def check_model(wide: Wider, kind: str) -> None:
    """`class`, `names`, `hide` of a schema."""
    person = {"id": "1", "lastName": "L", "firstName": "F", "email": "CANARY"}
    agent, _ = wide.call(kind, lambda client: client.agents.get("1"), person)
    assert (type(agent).__name__, agent.family_name) == ("Agent", "L")
    assert "CANARY" not in repr(agent)
    assert "'L'" in repr(agent)


def check_files(wide: Wider, kind: str) -> None:
    """`files`, of a run, and `answer: file`."""
    _, (request,) = wide.call(kind, lambda client: client.apps.run("a", {"f": ("a.pdf", b"%PDF")}), {"result": {}})
    assert b'name="f"; filename="a.pdf"' in request.body


def check_progress(wide: Wider, kind: str) -> None:
    told: list[Any] = []
    file = ("a.txt", b"CONTENT")
    _, (request,) = wide.call(
        kind, lambda client: client.documents.upload(file, on_progress=told.append), [{"id": "1"}]
    )
    assert b"CONTENT" in request.body
    assert told[-1].sent == told[-1].total == len(request.body)


def check_talk(wide: Wider, kind: str) -> None:
    """`json_strings`, `conversation`, `returns` and `methods`."""
    answer = {"result": {"conversation": {"id": "c1"}, "responses": [{"id": "r", "message": "Hi", "completed": True}]}}
    given, (request,) = wide.call(kind, lambda client: client.apps.conversation("a").send("Hello", choices=[0]), answer)
    assert (given.text, given.conversation_id) == ("Hi", "c1")
    assert b"[0]" in request.body


def check_texts(wide: Wider, kind: str) -> None:
    assert "What to move." in documented(wide, "documents.move")
    assert "Source: https://docs.allganize.ai/" in documented(wide, "documents.move")
    assert "a transcription of an official page" in documented(wide, "conversations.chat")
    assert documented(wide, "faq.search").startswith("Find answers.")
    assert documented(wide, "agents.get").startswith("One of the people.")
    assert "The people who answer." in (wide.package.Alli(api_key="k").agents.__doc__ or "")
    assert "### client.audit.download" in wide.reference


def check_names(wide: Wider, kind: str) -> None:
    """`positional`, `order`, `rename`, `flatten`, `types`, `body`."""
    assert signature(wide, "categories.create") == ["name"]
    kinds = inspect.signature(wide.method("categories.create")).parameters["name"].kind
    assert kinds is inspect.Parameter.POSITIONAL_OR_KEYWORD
    assert signature(wide, "documents.move") == ["node_ids", "keep_permission", "target_folder_id"]
    assert signature(wide, "conversations.bulk_update") == ["conversation_ids", "state", "title"]
    assert wide.method("answers.find_match").__annotations__["steps"] == "Sequence[str] | None"
    assert signature(wide, "rare.build") == ["fields"]


def check_repeats(wide: Wider, kind: str) -> None:
    """`idempotent` and `timeout`, as the transport sees them."""
    constants = vars(sys.modules["alli_wider.resources"])
    assert constants["CATEGORIES_DELETE"].idempotent
    assert not constants["FOLDERS_DELETE"].idempotent
    assert constants["COMPLETIONS_STREAM"].run
    assert not constants["AGENTS_GET"].run


def check_explain(wide: Wider, kind: str) -> None:
    """The error for inputs that an app does not take has a word on those that it takes; tests/alli/test_input_hints.py reads it."""
    listed = {"result": [{"id": "a", "name": "A", "inputs": [{"name": "Text", "value": "text"}]}]}

    def answer(connection: Connection) -> None:
        if request := connection.read_request():
            refused = request.method == "POST"
            body = {"errors": "Expecting value: line 1"} if refused else listed
            connection.respond(400 if refused else 200, json.dumps(body).encode())

    async def asynchronous(url: str) -> None:
        async with wide.package.AsyncAlli(api_key="k", base_url=url) as client:
            await client.apps.run("a", {"wrong": "x"})

    with ScriptedServer(answer) as server, pytest.raises(wide.package.BadRequestError, match=r"line 1\. \w.+ app"):
        if kind == "async":
            asyncio.run(asynchronous(server.url))
        else:
            with wide.package.Alli(api_key="k", base_url=server.url) as client:
                client.apps.run("a", {"wrong": "x"})


def check_unwrap(wide: Wider, kind: str) -> None:
    given, _ = wide.call(kind, lambda client: client.users.get("u"), {"result": {"userId": "u"}})
    assert given.user_id == "u"


WORDS: dict[str, Callable[[Wider, str], None]] = {
    **dict.fromkeys(("answer", "files"), check_files),
    "progress": check_progress,
    **dict.fromkeys(("conversation", "json_strings", "methods", "returns"), check_talk),
    **dict.fromkeys(("doc", "describe", "source", "grade", "resource", "method"), check_texts),
    **dict.fromkeys(("positional", "order", "rename", "flatten", "types", "body"), check_names),
    **dict.fromkeys(("idempotent", "timeout"), check_repeats),
    "explain": check_explain,
    "file_names": check_uploads,
    "handle": check_handle,
    "hide": check_model,
    "class": check_model,
    "names": check_model,
    "keep_null": check_keep_null,
    "omit": check_omit,
    "pagination": check_pages,
    "same_as": check_same_as,
    "stream": check_records,
    "unwrap": check_unwrap,
    "wait": check_wait,
}
