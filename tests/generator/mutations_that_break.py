"""Cases of test_mutations.py that break programs, and documents that are broken themselves."""

from __future__ import annotations

from tests.generator.mutation_changes import (
    GET,
    LIST,
    PROJECTS,
    RUN,
    SKILL,
    TALK,
    add_parameter,
    add_property,
    app,
    check,
    equals,
    form,
    new_post,
    query,
    ref,
)
from tests.generator.mutations import Case

__all__ = ["BREAKS", "BROKEN"]

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
        add_parameter(PROJECTS, name="tenant", required=True, **{"in": "query"}),
        [("client.projects.list(tenant)", "new, and must be given", True)],
        ("projects.list", "*, tenant: str"),
        lambda client: client.projects.list(tenant="t"),
        b"[]",
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
        lambda inputs: inputs.operation(PROJECTS)["responses"]["200"]["content"]["application/json"].update(
            schema=ref("Project")
        ),
        [("client.projects.list()", "gives `Project`, was `list[Project]`", True)],
        ("projects.list", "-> Project"),
        lambda client: client.projects.list(),
        b'{"name": "One"}',
        gives=check(name="One"),
    ),
    Case(
        "a parameter that is gone",
        lambda inputs: inputs.operation(LIST)["parameters"].pop(0),
        [("client.apps.list(search_term)", "gone", True)],
        error="apps.list: x-alli-sdk describe: there is no argument 'searchTerm'; the nearest is 'categories' of categories, cursor, ",
    ),
    Case(
        "a cursor with a new name",
        lambda inputs: inputs.operation(LIST)["parameters"][5].update(name="cursorToken"),
        [
            ("client.apps.list()", "gives `AppsResponse`, was `Page[App]`", True),
            ("client.apps.list(cursor)", "renamed to `cursor_token`", True),
            ("AppsResponse", "new", False),
        ],
        error="pagination.param: there is no query parameter 'cursor'; the nearest is 'cursorToken'",
    ),
    Case(
        "items with a new name",
        lambda inputs: inputs.schema("AppsResponse")["properties"].update(
            appList=inputs.schema("AppsResponse")["properties"].pop("apps")
        ),
        [("client.apps.list()", "gives `AppsResponse`, was `Page[App]`", True), ("AppsResponse", "new", False)],
        error="pagination.items: there is no field of the 200 answer 'apps'; the nearest is 'appList'",
    ),
    Case(
        "a stream whose conversation id moved",
        lambda inputs: inputs.schema("RunAppConversation")["properties"].update(
            identifier=inputs.schema("RunAppConversation")["properties"].pop("id")
        ),
        [],
        error="results.RunResult.conversation_id: conversation.id: there is no field 'id'; the nearest is 'identifier'",
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
        "a header of any type",
        lambda i: i.operation(LIST)["parameters"].append({"name": "X-Any", "in": "header", "schema": {}}),
        error="openapi-python-client 0.29.1: ",
    ),
    Case(
        "a media type nobody can write",
        new_post("teams", {"application/unheard-of": {"schema": ref("Team")}}),
        error="POST /webapi/v2/teams: a request body of application/unheard-of with this schema can't be sent; ",
    ),
    Case("OpenAPI 3.2", lambda i: i.spec.update(openapi="3.2.0"), error="is not an OpenAPI 3.0 or 3.1 document"),
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
        error="types.choices must be a type made of",
    ),
    Case(
        "a method that is not a name",
        lambda i: i.block(SKILL).update(method="run; import os"),
        error="method must be a Python name",
    ),
    Case(
        "an argument of a conversation that is gone",
        lambda i: i.block(TALK).update(conversation="conversaton_id"),
        error="conversation: there is no argument 'conversaton_id'; the nearest is 'conversation_id'",
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
        error="skills.run: x-alli-sdk positional: 'text' must be given, but comes after 'id', which may be left out; put it before",
    ),
    Case(
        "an argument that is gone",
        lambda i: i.block(SKILL)["positional"].append("langauge"),
        error="positional: there is no argument 'langauge'; the nearest is",
    ),
]
