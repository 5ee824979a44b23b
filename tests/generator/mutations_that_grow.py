"""Cases of test_mutations.py in which the document grows, and nothing breaks."""

from __future__ import annotations

import copy

from tests.generator.mutation_changes import (
    GET,
    HARMLESS,
    LIST,
    SKILL,
    add_parameter,
    add_property,
    answers,
    app,
    body,
    check,
    equals,
    form,
    hostile,
    new_list,
    new_pages,
    new_post,
    new_stream,
    one_id_in_path_and_body,
    query,
    ref,
)
from tests.generator.mutations import Case

__all__ = ["GROWTH"]

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
