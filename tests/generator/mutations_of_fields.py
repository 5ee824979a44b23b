"""Cases of test_mutations.py in which operations and models get parameters, fields and values, and nothing breaks."""

from __future__ import annotations

from tests.generator.mutation_changes import (
    CONVERSATIONS,
    HARMLESS,
    HASHTAGS,
    LIST,
    PROJECTS,
    SKILL,
    add_parameter,
    add_property,
    app,
    body,
    check,
    equals,
    form,
    hostile,
    query,
)
from tests.generator.mutations import Case

__all__ = ["FIELDS"]

FIELDS = [
    Case(
        "a query parameter with limits and a default",
        add_parameter(
            CONVERSATIONS,
            **{
                "name": "minWeight",
                "in": "query",
                "description": "Least weight",
                "schema": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3},
            },
        ),
        [("client.conversations.list(min_weight)", "new", False)],
        ("conversations.list", "min_weight: int | None = None"),
        lambda client: client.conversations.list(min_weight=4),
        b'{"conversations": []}',
        sent=lambda r: equals({"minWeight": ["4"]})(query(r)),
    ),
    Case(
        "a header",
        add_parameter(PROJECTS, name="X-Workspace-Id", **{"in": "header"}),
        [("client.projects.list(x_workspace_id)", "new", False)],
        ("projects.list", "x_workspace_id: str | None = None"),
        lambda client: client.projects.list(x_workspace_id="w"),
        b"[]",
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
        add_parameter(HASHTAGS, name="session", **{"in": "cookie"}),
        [("client.hashtags.list(session)", "new", False)],
        ("hashtags.list", "session: str | None = None"),
        lambda client: client.hashtags.list(session="s"),
        b'{"result": {}}',
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
        "a property of a run, which has three methods",
        add_property("RunAppRequest", "seedNumber", {"type": "integer"}),
        [(f"client.apps.{method}(seed_number)", "new", False) for method in ("run", "start", "stream")],
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
        ("apps.conversation().stream", "reply_language: Literal[ja, ko] | None = None"),
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
