"""Mutated specs: each kind of growth, each kind of break and each kind of broken document, end to end.

The real program makes a package of each (or says in one line why it can't), `diff` says what changed, and the package is imported and
called, sync and async, against a server.
"""

from __future__ import annotations

import copy
import inspect
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from alli_emulator.validation import Contract

from tests.alli.multipart import parts_of
from tests.generator.mutations import Case, Inputs, call_both, loaded, method_of, run
from tests.servers import SentRequest

LIST = "GET /webapi/v2/apps"
GET = "GET /webapi/v2/apps/{app_id}"
UPDATE = "PATCH /webapi/v2/apps/{app_id}"
CREATE = "POST /webapi/apps"
RUN = "POST /webapi/apps/{app_id}/run"
TALK = "POST /webapi/v2/apps/{app_id}/run_conversation"
SKILL = "POST /webapi/skill"
HARMLESS: list[tuple[str, str, bool]] = []
"""Some changes, none of them breaking."""
HOSTILE = "\"\"\" ''' \\ {{ 7*7 }} {% raise %} \n\nimport os; os._exit(3)\n```\n<script>#jinja: for\x07"


def answers(schema: Any, media: str = "application/json") -> Any:
    return {"responses": {"200": {"description": "Done", "content": {media: {"schema": schema}}}}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def query(request: SentRequest) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.target).query)


def body(request: SentRequest) -> Any:
    return json.loads(request.body)


def form(request: SentRequest) -> dict[str, str]:
    """The text parts of a multipart body."""
    return {part.name: part.content.decode() for part in parts_of(request)}


def add_parameter(to: str, **parameter: Any) -> Any:
    def change(inputs: Inputs) -> None:
        inputs.operation(to)["parameters"].append({"schema": {"type": "string"}, **parameter})

    return change


def add_property(schema: str, name: str, value: Any, *, required: bool = False) -> Any:
    def change(inputs: Inputs) -> None:
        inputs.schema(schema)["properties"][name] = value
        if required:
            inputs.schema(schema).setdefault("required", []).append(name)

    return change


def projects(inputs: Inputs) -> None:
    inputs.spec["components"]["schemas"]["Project"] = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "fullName": {"type": "string"}},
    }
    inputs.spec["components"]["schemas"]["ProjectPage"] = {
        "type": "object",
        "properties": {"after": {"type": "string"}, "projects": {"type": "array", "items": ref("Project")}},
    }


def new_list(inputs: Inputs) -> None:
    projects(inputs)
    inputs.add(
        "GET /webapi/v2/projects", {"summary": "List Projects", **answers({"type": "array", "items": ref("Project")})}
    )


def new_pages(inputs: Inputs) -> None:
    projects(inputs)
    parameters = [{"name": "startAfter", "in": "query", "schema": {"type": "string"}}]
    inputs.add("GET /webapi/v2/projects", {"parameters": parameters, **answers(ref("ProjectPage"))})
    block = {
        "resource": "projects",
        "method": "list",
        "pagination": {"style": "cursor", "cursor_param": "startAfter", "next": "after", "items": "projects"},
    }
    inputs.annotate(
        "GET /webapi/v2/projects", {"operationId": "list_projects", "tags": ["projects"], "x-alli-sdk": block}
    )


def new_stream(inputs: Inputs) -> None:
    record = {"type": "object", "properties": {"answer": {"type": "string"}}}
    inputs.spec["components"]["schemas"]["Piece"] = record
    inputs.add("POST /webapi/v2/ask", answers(ref("Piece"), "application/stream+json"))
    block = {
        "resource": "questions",
        "method": "ask",
        "returns": "RunStream",
        "stream": {"semantics": "delta", "text": "answer"},
    }
    inputs.annotate("POST /webapi/v2/ask", {"operationId": "ask", "tags": ["questions"], "x-alli-sdk": block})


def new_post(content: Any, path: str = "POST /webapi/v2/projects", **operation: Any) -> Any:
    def change(inputs: Inputs) -> None:
        projects(inputs)
        inputs.add(path, {"requestBody": {"content": content}, **operation})

    return change


def one_id_in_path_and_body(inputs: Inputs) -> None:
    parameters = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    new_post({"application/json": {"schema": ref("Project")}}, "PUT /webapi/v2/projects/{id}", parameters=parameters)(
        inputs
    )


def hostile(inputs: Inputs) -> None:
    inputs.spec["info"]["title"] = HOSTILE
    operation = inputs.operation(LIST)
    operation["summary"] = operation["description"] = HOSTILE
    operation["parameters"][0]["description"] = HOSTILE
    operation["parameters"].append(
        {
            "name": HOSTILE,
            "in": "query",
            "description": HOSTILE,
            "schema": {"type": "string", "default": HOSTILE, "enum": [HOSTILE]},
        }
    )
    operation["responses"]["200"]["description"] = HOSTILE
    inputs.schema("App")["description"] = HOSTILE
    inputs.schema("App")["properties"][HOSTILE] = {"type": "string", "description": HOSTILE, "default": HOSTILE}
    inputs.schema("App")["properties"]["to_dict"] = {"type": "string", "enum": ['"; import os', HOSTILE]}
    inputs.block(LIST)["describe"]["searchTerm"] = HOSTILE
    inputs.block(LIST)["source"] = HOSTILE
    next(a for a in inputs.overlay["actions"] if a["target"] == "$")["update"]["x-alli-sdk"]["resources"]["apps"][
        "doc"
    ] = HOSTILE


def equals(value: Any) -> Any:
    def check(given: Any) -> None:
        assert given == value

    return check


def app(**more: Any) -> bytes:
    return json.dumps(
        {"id": "a", "name": "n", "type": "t", "category": "c", "published": True, "permission": "p", **more}
    ).encode()


def check(**expected: Any) -> Any:
    """Asserts attributes of what was given."""

    def compare(given: Any) -> None:
        assert {name: getattr(given, name) for name in expected} == expected

    return compare


GROWTH = [
    Case(
        "an operation nobody annotated",
        new_list,
        [
            ("client.projects.list()", "new", False),
            ("client.projects.list()", "name made of its path", False),
            ("Project", "new", False),
        ],
        ("projects.list", "() -> list[Project]"),
        lambda client: client.projects.list(),
        b'[{"id": "1", "fullName": "One"}]',
        sent=lambda r: equals("/webapi/v2/projects")(r.path),
        gives=lambda given: equals("One")(given[0].full_name),
        warns="GET /webapi/v2/projects has no x-alli-sdk and no operationId in the overlay, so it is called client.projects.list(); ",
    ),
    Case(
        "pages, by one annotation",
        new_pages,
        [("client.projects.list()", "new", False), ("Project", "new", False)],
        ("projects.list", "(*, start_after: str | None = None) -> Page[Project]"),
        lambda client: client.projects.list(start_after="x"),
        b'{"projects": [{"id": "1"}], "after": "y"}',
        sent=lambda r: equals({"startAfter": ["x"]})(query(r)),
        gives=check(cursor="y"),
    ),
    Case(
        "a stream, by one annotation",
        new_stream,
        [("client.questions.ask()", "new", False)],
        ("questions.ask", "() -> RunStream"),
        lambda client: client.questions.ask(),
        b'{"answer": "a"}\n{"answer": "b"}\n',
        {"Content-Type": "application/stream+json"},
        gives=check(text="ab"),
    ),
    Case(
        "an operation with a JSON body",
        new_post({"application/json": {"schema": ref("Project")}}, **answers(ref("Project"))),
        [
            ("client.projects.create()", "new", False),
            ("client.projects.create()", "name made of", False),
            ("Project", "new", False),
        ],
        ("projects.create", "(*, id: str, full_name: str | None = None) -> Project"),
        lambda client: client.projects.create(id="1", full_name="One"),
        b'{"id": "1"}',
        sent=lambda r: equals({"id": "1", "fullName": "One"})(body(r)),
        gives=check(id="1"),
        warns="has no x-alli-sdk",
    ),
    Case(
        "a body that is a list",
        new_post({"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}}),
        [("client.projects.create()", "new", False), ("client.projects.create()", "name made of", False)],
        ("projects.create", "(*, body: Sequence[str]) -> None"),
        lambda client: client.projects.create(body=["a", "b"]),
        sent=lambda r: equals(["a", "b"])(body(r)),
        gives=equals(None),
        warns="client.projects.create()",
    ),
    Case(
        "a body that is a list of objects",
        new_post({"application/json": {"schema": {"type": "array", "items": ref("Project")}}}),
        [
            ("client.projects.create()", "new", False),
            ("client.projects.create()", "name made of", False),
            ("Project", "new", False),
        ],
        ("projects.create", "(*, body: Sequence[Project | Mapping[str, Any]]) -> None"),
        lambda client: client.projects.create(body=[{"id": "1"}, {"id": "2", "more": 3}]),
        sent=lambda r: equals([{"id": "1"}, {"id": "2", "more": 3}])(body(r)),
        warns="client.projects.create()",
    ),
    Case(
        "a body that is a file",
        new_post({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}),
        [("client.projects.create()", "new", False), ("client.projects.create()", "name made of", False)],
        ("projects.create", "(*, body: bytes | FileInput) -> None"),
        lambda client: client.projects.create(body=("a.bin", b"\0\xff")),
        sent=lambda r: equals((b"\0\xff", "application/octet-stream"))((r.body, r.headers["content-type"])),
        warns="client.projects.create()",
    ),
    Case(
        "a form",
        new_post({"application/x-www-form-urlencoded": {"schema": ref("Project")}}),
        [("client.projects.create()", "new", False), ("client.projects.create()", "name made of", False)],
        ("projects.create", "(*, id: str, full_name: str | None = None) -> None"),
        lambda client: client.projects.create(id="1", full_name="O&e"),
        sent=lambda r: equals(b"fullName=O%26e&id=1")(b"&".join(sorted(r.body.split(b"&")))),
        warns="client.projects.create()",
    ),
    Case(
        "a form with files, numbers, dates and objects",
        new_post(
            {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "labels": {
                                "type": "array",
                                "items": {"type": "object", "properties": {"a": {"type": "string"}}},
                            },
                            "owner": ref("Project"),
                            "count": {"type": "integer"},
                            "scan": {"type": "string", "format": "binary"},
                        },
                    }
                }
            }
        ),
        [
            ("client.projects.create()", "new", False),
            ("client.projects.create()", "name made of", False),
            ("Project", "new", False),
            ("CreateProjectsBodyLabelsItem", "new", False),
        ],
        ("projects.create", "scan: FileInput | None = None"),
        lambda client: client.projects.create(labels=[{"a": "b"}], owner={"id": "1"}, count=3, scan=("s", b"S")),
        sent=lambda r: equals({"labels": '{"a": "b"}', "owner": '{"id": "1"}', "count": "3", "scan": "S"})(form(r)),
        warns="client.projects.create()",
    ),
    Case(
        "a model of a name that the package has",
        lambda inputs: [
            inputs.spec["components"]["schemas"].update(
                {
                    name: {"type": "object", "properties": {"a": {"type": "string"}}}
                    for name in ("Page", "Message", "Any")
                }
            ),
            inputs.add("GET /webapi/v2/pages", answers({"type": "array", "items": ref("Page")})),
        ],
        [
            ("client.pages.list()", "new", False),
            ("client.pages.list()", "name made of", False),
            ("PageModel", "new", False),
        ],
        ("pages.list", "() -> list[PageModel]"),
        lambda client: client.pages.list(),
        b'[{"a": "b"}]',
        gives=lambda given: equals("b")(given[0].a),
        warns="client.pages.list()",
    ),
    Case(
        "errors that the vendor describes at each operation",
        lambda inputs: [
            operation["responses"].update(
                {"400": {"description": "No", "content": {"application/json": {"schema": {"type": "object"}}}}}
            )
            for item in inputs.spec["paths"].values()
            for operation in item.values()
        ],
        call=lambda client: client.apps.get("a"),
        answer=app(),
        gives=check(name="n"),
    ),
    Case(
        "an operation that is deprecated",
        lambda inputs: inputs.operation(GET).update(deprecated=True),
        [("client.apps.get()", "is deprecated now", False)],
        ("apps.get", "(app_id: str) -> App"),
        tells=("client.apps.get", "Deprecated: the service may take it away."),
    ),
    Case(
        "an answer without content",
        lambda inputs: inputs.add(
            "DELETE /webapi/v2/apps/{app_id}",
            {"parameters": [{"$ref": "#/components/parameters/AppId"}], "responses": {"204": {"description": "Gone"}}},
        ),
        [("client.apps.delete()", "new", False), ("client.apps.delete()", "name made of", False)],
        ("apps.delete", "(app_id: str) -> None"),
        lambda client: client.apps.delete("a/b"),
        b"",
        sent=lambda r: equals(("DELETE", "/webapi/v2/apps/a%2Fb"))((r.method, r.path)),
        gives=equals(None),
        warns="client.apps.delete()",
    ),
    Case(
        "an answer that is text",
        lambda inputs: inputs.add("GET /webapi/v2/export", answers({"type": "string"}, "text/plain")),
        [("client.export.list()", "new", False), ("client.export.list()", "name made of", False)],
        ("export.list", "() -> str"),
        lambda client: client.export.list(),
        "a;b\nä".encode(),
        gives=equals("a;b\nä"),
        warns="client.export.list()",
    ),
    Case(
        "a version of a path",
        lambda inputs: inputs.add("GET /webapi/v3/apps", copy.deepcopy(inputs.operation(LIST))),
        [
            ("client.apps.list_v3()", "new", False),
            ("client.apps.list_v3()", "name made of", False),
            ("AppsResponse", "new", False),
        ],
        ("apps.list_v3", "search_term: str | None = None"),
        lambda client: client.apps.list_v3(page_size=5),
        b'{"apps": [], "cursor": null}',
        sent=lambda r: equals("/webapi/v3/apps?pageSize=5")(r.target),
        gives=check(apps=[], cursor=None),
        warns="client.apps.list_v3()",
    ),
    Case(
        "a tag",
        lambda inputs: inputs.add("GET /webapi/v2/bills", {"tags": ["Billing & More"], **answers({"type": "object"})}),
        [("client.bills.list()", "new", False), ("client.bills.list()", "name made of", False)],
        ("bills.list", "() -> dict[str, Any]"),
        lambda client: client.bills.list(),
        b'{"a": 1}',
        gives=equals({"a": 1}),
        warns="client.bills.list()",
    ),
    Case(
        "a query parameter with limits and a default",
        add_parameter(
            LIST,
            **{
                "name": "minWeight",
                "in": "query",
                "description": "Least weight",
                "schema": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3},
            },
        ),
        [("client.apps.list(min_weight)", "new", False)],
        ("apps.list", "min_weight: int | None = None"),
        lambda client: client.apps.list(min_weight=4),
        b'{"apps": []}',
        sent=lambda r: equals({"minWeight": ["4"]})(query(r)),
    ),
    Case(
        "a header",
        add_parameter(LIST, name="X-Workspace-Id", **{"in": "header"}),
        [("client.apps.list(x_workspace_id)", "new", False)],
        ("apps.list", "x_workspace_id: str | None = None"),
        lambda client: client.apps.list(x_workspace_id="w"),
        b'{"apps": []}',
        sent=lambda r: equals("w")(r.headers["x-workspace-id"]),
    ),
    Case(
        "an identity header in other letters",
        add_parameter(SKILL, name="Own-User-Id", **{"in": "header"}),
        [],
        ("skills.run", "(id: str, text: str, variables: Mapping[str, Any] | None = None) -> SkillResult"),
    ),
    Case(
        "a cookie",
        add_parameter(LIST, name="session", **{"in": "cookie"}),
        [("client.apps.list(session)", "new", False)],
        ("apps.list", "session: str | None = None"),
        lambda client: client.apps.list(session="s"),
        b'{"apps": []}',
        sent=lambda r: equals("session=s")(r.headers["cookie"]),
    ),
    Case(
        "names that Python or the method needs itself",
        lambda inputs: [
            add_parameter(LIST, name=name, **{"in": "query"})(inputs)
            for name in ("class", "body", "self", "1st", "given", "str")
        ],
        [
            (f"client.apps.list({name})", "new", False)
            for name in ("class_", "body_", "self_", "field_1st", "given_", "str_")
        ],
        ("apps.list", "class_: str | None = None"),
        lambda client: client.apps.list(class_="c", body_="b", self_="s", field_1st="1", given_="g", str_="t"),
        b'{"apps": []}',
        sent=lambda r: equals(
            {"class": ["c"], "body": ["b"], "self": ["s"], "1st": ["1"], "given": ["g"], "str": ["t"]}
        )(query(r)),
    ),
    Case(
        "one name in path and body",
        one_id_in_path_and_body,
        [("client.projects.replace()", "new", False), ("client.projects.replace()", "name made of", False)],
        ("projects.replace", "(id: str, *, body_id: str, full_name: str | None = None) -> None"),
        lambda client: client.projects.replace("p", body_id="b"),
        sent=lambda r: equals(("/webapi/v2/projects/p", {"id": "b"}))((r.path, body(r))),
        warns="client.projects.replace()",
    ),
    Case(
        "a field of an answer",
        add_property("App", "ownerName", {"type": "string", "description": "Who owns it"}),
        [("App.owner_name", "new", False)],
        ("apps.get", "(app_id: str) -> App"),
        lambda client: client.apps.get("a"),
        app(ownerName="Front desk"),
        gives=check(owner_name="Front desk"),
    ),
    Case(
        "a field that is a date",
        add_property("App", "madeAt", {"type": "string", "format": "date-time"}),
        [("App.made_at", "new", False)],
        call=lambda client: client.apps.get("a"),
        answer=app(madeAt="2026-01-02T03:04:05Z"),
        gives=lambda given: equals(2026)(given.made_at.year),
    ),
    Case(
        "a property of a body",
        add_property("CreateAppRequest", "ownerId", {"type": "string"}),
        [("client.apps.create(owner_id)", "new", False)],
        ("apps.create", "owner_id: str | None = None"),
        lambda client: client.apps.create(
            type="t", name="n", description="d", category="c", published=True, enabled=True, owner_id="o"
        ),
        b'{"result": {"id": "x"}}',
        sent=lambda r: equals("o")(body(r)["ownerId"]),
        gives=check(id="x"),
    ),
    Case(
        "a property of a run, which has two methods",
        add_property("RunAppRequest", "seedNumber", {"type": "integer"}),
        [("client.apps.run(seed_number)", "new", False), ("client.apps.stream(seed_number)", "new", False)],
        ("apps.stream", "seed_number: int | None = None"),
        lambda client: client.apps.run("a", seed_number=7),
        b'{"result": {"responses": []}}',
        sent=lambda r: equals(7)(body(r)["seedNumber"]),
    ),
    Case(
        "a file of a form",
        add_property("RunConversationRequest", "voice", {"type": "string", "format": "binary"}),
        [
            ("client.apps.run_conversation(voice)", "new", False),
            ("client.apps.stream_conversation(voice)", "new", False),
            ("Conversation.send(voice)", "new", False),
            ("Conversation.stream(voice)", "new", False),
        ],
        ("apps.run_conversation", "voice: FileInput | None = None"),
        lambda client: client.apps.run_conversation("a", voice=("v.wav", b"RIFF")),
        b'{"result": {}}',
        sent=lambda r: equals(True)(b'name="voice"; filename="v.wav"' in r.body and b"RIFF" in r.body),
    ),
    Case(
        "a file of a turn of a conversation",
        add_property(
            "RunConversationRequest", "voice", {"type": "string", "format": "binary", "description": "What was said"}
        ),
        [
            ("client.apps.run_conversation(voice)", "new", False),
            ("client.apps.stream_conversation(voice)", "new", False),
            ("Conversation.send(voice)", "new", False),
            ("Conversation.stream(voice)", "new", False),
        ],
        ("apps.conversation().send", "voice: FileInput | None = None) -> RunResult"),
        lambda client: client.apps.conversation("a").send("hi", voice=("v.wav", b"RIFF")),
        b'{"result": {}}',
        sent=lambda r: equals(True)(b'name="voice"; filename="v.wav"' in r.body and b"RIFF" in r.body),
        tells=("Conversation.send", "What was said."),
    ),
    Case(
        "a text of a turn that is streamed",
        add_property("RunConversationRequest", "replyLanguage", {"type": "string", "enum": ["ja", "ko"]}),
        [
            ("client.apps.run_conversation(reply_language)", "new", False),
            ("client.apps.stream_conversation(reply_language)", "new", False),
            ("Conversation.send(reply_language)", "new", False),
            ("Conversation.stream(reply_language)", "new", False),
            ("RunConversationRequestReplyLanguage", "new", False),
        ],
        ("apps.conversation().stream", "reply_language: str | None = None) -> RunStream"),
        lambda client: client.apps.conversation("a", "C-1").stream("hi", choices=[1], reply_language="ja"),
        b'{"result": {"conversation": {"id": "C-1"}, "responses": [{"id": "m", "message": "hai"}]}}\n',
        sent=lambda r: equals({"conversationId": "C-1", "message": "hi", "choices": "[1]", "replyLanguage": "ja"})(
            form(r)
        ),
        gives=check(text="hai", conversation_id="C-1"),
        tells=("Conversation.stream", "One of: ja, ko."),
    ),
    Case(
        "a value of an enum",
        lambda inputs: inputs.schema("RunAppRequest")["properties"]["mode"]["enum"].append("turbo"),
        [("RunAppRequestMode", "'turbo' is listed now", False)],
    ),
    Case(
        "an enum where there was text",
        lambda inputs: inputs.schema("App")["properties"]["category"].update(enum=["GENERAL", "HR"]),
        [("AppCategory", "new", False)],
        call=lambda client: client.apps.get("a"),
        answer=app(category="SPORT"),
        gives=check(category="SPORT"),
    ),
    Case(
        "text that would like to be a program",
        hostile,
        HARMLESS,
        call=lambda client: client.apps.list(),
        answer=b'{"apps": []}',
    ),
]

BREAKS = [
    Case(
        "stricter limits of a parameter",
        lambda inputs: inputs.operation(LIST)["parameters"][4]["schema"].update(maximum=60),
        [("client.apps.list(page_size)", "takes at most 60, was at most 100", True)],
        ("apps.list", "page_size: int | None = None"),
        lambda client: client.apps.list(page_size=60),
        b'{"apps": []}',
    ),
    Case(
        "a field of a turn that must be given",
        add_property("RunConversationRequest", "tenant", {"type": "string"}, required=True),
        [
            (f"{method}(tenant)", "new, and must be given", True)
            for method in (
                "client.apps.run_conversation",
                "client.apps.stream_conversation",
                "Conversation.send",
                "Conversation.stream",
            )
        ],
        ("apps.conversation().send", "tenant: str) -> RunResult"),
        lambda client: client.apps.conversation("a").send("hi", tenant="t"),
        b'{"result": {}}',
        sent=lambda r: equals({"message": "hi", "tenant": "t"})(form(r)),
    ),
    Case(
        "a parameter newly required",
        lambda inputs: inputs.operation(LIST)["parameters"][0].update(required=True),
        [("client.apps.list(search_term)", "must now be given", True)],
        ("apps.list", "search_term: str"),
        lambda client: client.apps.list(search_term="x"),
        b'{"apps": []}',
    ),
    Case(
        "a parameter of another type",
        lambda inputs: inputs.operation(LIST)["parameters"][3].update(schema={"type": "integer"}),
        [("client.apps.list(published)", "another type: `int | None`, was `bool | None`", True)],
        ("apps.list", "published: int | None = None"),
        lambda client: client.apps.list(published=3),
        b'{"apps": []}',
        sent=lambda r: equals({"published": ["3"]})(query(r)),
    ),
    Case(
        "a new parameter that must be given",
        add_parameter(LIST, name="tenant", required=True, **{"in": "query"}),
        [("client.apps.list(tenant)", "new, and must be given", True)],
        ("apps.list", "*, tenant: str"),
        lambda client: client.apps.list(tenant="t"),
        b'{"apps": []}',
    ),
    Case(
        "a new property of a body that must be given",
        add_property("CreateAppRequest", "tenant", {"type": "string"}, required=True),
        [("client.apps.create(tenant)", "new, and must be given", True)],
        ("apps.create", "tenant: str"),
    ),
    Case(
        "a field that is gone",
        lambda inputs: inputs.schema("App")["properties"].pop("description"),
        [("App.description", "gone", True)],
        call=lambda client: client.apps.get("a"),
        answer=app(description="kept all the same"),
        gives=lambda given: equals("kept all the same")(given.additional_properties["description"]),
    ),
    Case(
        "a field that may be missing now",
        lambda inputs: inputs.schema("App")["required"].remove("name"),
        [("App.name", "may now be UNSET", True)],
        call=lambda client: client.apps.get("a"),
        answer=app(),
        gives=check(name="n"),
    ),
    Case(
        "a field that may be null now",
        lambda inputs: inputs.schema("App")["properties"].update(
            name={"anyOf": [{"type": "string"}, {"type": "null"}]}
        ),
        [("App.name", "wider type: `None | str`, was `str`", True)],
        call=lambda client: client.apps.get("a"),
        answer=app(name=None),
        gives=check(name=None),
    ),
    Case(
        "a field with a new name",
        lambda inputs: inputs.schema("App")["properties"].update(
            summary=inputs.schema("App")["properties"].pop("description")
        ),
        [("App.description", "gone", True), ("App.summary", "new", False)],
        call=lambda client: client.apps.get("a"),
        answer=app(summary="s"),
        gives=check(summary="s"),
    ),
    Case(
        "an answer of another form",
        lambda inputs: inputs.operation(GET)["responses"]["200"]["content"]["application/json"].update(
            schema={"type": "array", "items": ref("App")}
        ),
        [("client.apps.get()", "gives `list[App]`, was `App`", True)],
        ("apps.get", "-> list[App]"),
        lambda client: client.apps.get("a"),
        b"[" + app() + b"]",
        gives=lambda given: equals("n")(given[0].name),
    ),
    Case(
        "a parameter that is gone",
        lambda inputs: inputs.operation(LIST)["parameters"].pop(0),
        [("client.apps.list(search_term)", "gone", True)],
        error="apps.list: x-alli-sdk describe: there is no argument 'searchTerm' any more; the nearest is ",
    ),
    Case(
        "a cursor with a new name",
        lambda inputs: inputs.operation(LIST)["parameters"][5].update(name="cursorToken"),
        [
            ("client.apps.list()", "gives `AppsResponse`, was `Page[App]`", True),
            ("client.apps.list(cursor)", "renamed to `cursor_token`", True),
            ("AppsResponse", "new", False),
        ],
        error="pagination.cursor_param: there is no query parameter 'cursor' any more; the nearest is 'cursorToken'",
    ),
    Case(
        "items with a new name",
        lambda inputs: inputs.schema("AppsResponse")["properties"].update(
            appList=inputs.schema("AppsResponse")["properties"].pop("apps")
        ),
        [("client.apps.list()", "gives `AppsResponse`, was `Page[App]`", True), ("AppsResponse", "new", False)],
        error="pagination.items: there is no field of the 200 answer 'apps' any more; the nearest is 'appList'",
    ),
    Case(
        "a stream whose conversation id moved",
        lambda inputs: inputs.schema("RunAppConversation")["properties"].update(
            identifier=inputs.schema("RunAppConversation")["properties"].pop("id")
        ),
        [],
        error="stream.conversation_id: result.conversation.id: there is no field 'id' any more; the nearest is 'identifier'",
    ),
    Case(
        "an operation that is gone",
        lambda inputs: inputs.spec["paths"].pop("/webapi/skill"),
        [("client.skills.run()", "gone", True)],
        error="target $.paths['/webapi/skill'].post matches nothing in ",
    ),
    Case(
        "a path with a new name",
        lambda inputs: inputs.spec["paths"].update({"/webapi/skills": inputs.spec["paths"].pop("/webapi/skill")}),
        [
            ("client.skills.run()", "gone", True),
            ("RunSkillResponse", "new", False),
            ("client.skills.create()", "new", False),
            ("client.skills.create()", "name made of", False),
        ],
        error="the nearest is $.paths['/webapi/skills'].post",
    ),
]

BROKEN = [
    Case(
        "a reference to nothing",
        lambda i: i.operation(GET)["responses"]["200"]["content"]["application/json"].update(schema=ref("Nope")),
        error="$ref '#/components/schemas/Nope' leads nowhere",
    ),
    Case(
        "a reference out of the document",
        lambda i: i.operation(GET)["responses"]["200"]["content"]["application/json"].update(
            schema={"$ref": "https://example.com/x.json"}
        ),
        error="leaves the document; only #/... is accepted",
    ),
    Case(
        "a path parameter nobody declares",
        lambda i: i.add("GET /webapi/v2/things/{id}", {}),
        error="Path parameter 'id'",
    ),
    Case(
        "an operationId twice",
        lambda i: i.add("GET /webapi/v2/more", {"operationId": "list_apps"}),
        error="operationId 'list_apps'",
    ),
    Case(
        "a default of another type",
        lambda i: i.operation(LIST)["parameters"][4]["schema"].update(default="many"),
        error="'many' is not of type 'integer'",
    ),
    Case(
        "an enum of two types",
        lambda i: i.schema("App")["properties"].update(kind={"enum": ["a", 1]}),
        error="openapi-python-client 0.29.1: ",
    ),
    Case(
        "a media type nobody can write",
        new_post({"application/unheard-of": {"schema": ref("Project")}}),
        error="POST /webapi/v2/projects: a request body of application/unheard-of with this schema can't be sent; ",
    ),
    Case("OpenAPI 3.0", lambda i: i.spec.update(openapi="3.0.3"), error="is no OpenAPI 3.1 document"),
    Case("OpenAPI 3.2", lambda i: i.spec.update(openapi="3.2.0"), error="is no OpenAPI 3.1 document"),
    Case("no info", lambda i: i.spec.pop("info"), error='"info" is a required property'),
    Case("a misspelt key", lambda i: i.operation(GET).update(sumary="x"), error="'sumary' was unexpected"),
    Case(
        "a method of a name that is taken",
        lambda i: i.annotate(SKILL, {"x-alli-sdk": {"resource": "apps", "method": "get"}}),
        error="apps.get is already the method of",
    ),
    Case(
        "a word that is not in the vocabulary",
        lambda i: i.block(LIST).update(paginate={}),
        error="unknown key 'paginate'; nearest: 'pagination'",
    ),
    Case(
        "a type that is a program",
        lambda i: i.block(TALK)["types"].update(choices="__import__('os').system('x')"),
        error="types: 'choices' must be a type made of",
    ),
    Case(
        "a method that is no name",
        lambda i: i.block(SKILL).update(method="run; import os"),
        error="method must be a Python name",
    ),
    Case(
        "an argument of a conversation that is gone",
        lambda i: i.block(TALK).update(conversation="conversaton_id"),
        error="conversation: there is no argument 'conversaton_id' any more; the nearest is 'conversation_id'",
    ),
    Case(
        "two kinds of conversation",
        lambda i: i.block(RUN).update(conversation="conversation_id"),
        error="x-alli-sdk conversation: run_app has it already; there is one kind of conversation",
    ),
    Case(
        "no kind of conversation",
        lambda i: i.block(TALK).pop("conversation"),
        error="no operation has `conversation` in its x-alli-sdk block",
    ),
    Case(
        "a conversation that can not be streamed",
        lambda i: [i.block(TALK).pop("conversation"), i.block(GET).update(conversation="app_id")],
        error="x-alli-sdk conversation: needs a method that returns RunStream",
    ),
    Case(
        "an argument by position that may be left out before one that must be given",
        lambda i: i.schema("RunSkillRequest")["required"].remove("id"),
        error="skills.run: x-alli-sdk positional: 'text' must be given, but stands behind 'id', which may be left out; put it before",
    ),
    Case(
        "an argument that is gone",
        lambda i: i.block(SKILL)["positional"].append("langauge"),
        error="positional: there is no argument 'langauge' any more; the nearest is",
    ),
]


@pytest.mark.parametrize("case", [*GROWTH, *BREAKS, *BROKEN], ids=lambda case: case.name.replace(" ", "-"))
def test_a_mutated_spec(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judged = case not in BROKEN
    made, changes = run(case.change, tmp_path, lambda: capsys.readouterr().err.splitlines(), judged)
    warnings = [line for line in made.errors if ": warning: " in line]
    mistakes = [line for line in made.errors if line not in warnings]
    assert (case.warns != "") == bool(warnings), made.errors
    assert all(case.warns in line for line in warnings), warnings
    if judged:
        assert changes is not None
        found = [(change.name, change.text, change.breaking) for change in changes]
        assert len(found) == len(case.changes) or (case.changes is HARMLESS and found), found
        assert case.changes is not HARMLESS or not any(breaking for _, _, breaking in found)
        for name, text, breaking in case.changes:
            assert any(n == name and text in t and b is breaking for n, t, b in found), found
    if case.error:
        assert made.status == 1
        assert any(case.error in line and re.match(r"\S+\.(json|yaml)(:\d+)?: ", line) for line in mistakes), mistakes
        assert mistakes[-1].startswith("nothing was changed in ")
        assert not made.output.exists()
        return
    assert (made.status, mistakes) == (0, [])
    use(case, made.output)


def use(case: Case, output: Path) -> None:
    """Import the package, look at it, call it."""
    reference = (output / "reference.md").read_text("utf-8")
    document = json.loads((output / "alli" / "openapi.json").read_text("utf-8"))
    with loaded(output, f"alli_{abs(hash(case.name))}") as package:
        for name, text, _ in case.changes:
            if name.startswith(("client.", "Conversation.")) and text == "new" and "(" in name:
                method, _, parameter = name.removesuffix(")").partition("(")
                assert f"### {method}\n" in reference
                assert not parameter or f"    {parameter}: " in reference
        entry = reference.partition(f"### {case.tells[0]}\n")[2].partition("\n### ")[0]
        assert case.tells[1] in entry
        if case.signature is not None:
            for client in (package.Alli(api_key="k"), package.AsyncAlli(api_key="k")):
                function = method_of(client, case.signature[0])
                shown = str(inspect.signature(function)).replace("'", "").replace("builtins.", "").replace("alli.", "")
                plain = shown.replace("AsyncPager", "Page").replace("Async", "")
                assert case.signature[1] in plain
                assert function.__doc__
                assert case.tells[1] in function.__doc__
        if case.call is not None:
            urls = set()
            for request, given in call_both(package, case):
                if case.sent is not None:
                    case.sent(request)
                if case.gives is not None:
                    case.gives(given)
                urls.add((request.method, request.path))
            assert len(urls) == 1
            assert_the_emulator_lists_it(document, *urls.pop())


def assert_the_emulator_lists_it(document: Any, method: str, path: str) -> None:
    served = [
        (str(place[2]).upper(), re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(str(place[1]))))
        for place in Contract(document).operations.values()
    ]
    assert any(m == method and re.fullmatch(p, path) for m, p in served)
