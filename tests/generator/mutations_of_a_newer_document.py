"""Cases of test_mutations.py as a vendor's next document may bring them: what OpenAPI 3.1 can say and was not said so far."""

from __future__ import annotations

from typing import Any

from tests.generator.mutation_changes import (
    GET,
    LIST,
    SKILL,
    add_parameter,
    add_property,
    answers,
    app,
    body,
    check,
    equals,
    new_post,
    query,
    ref,
)
from tests.generator.mutations import Case, Inputs

__all__ = ["NEWER", "NUMBER", "TEXT", "new_get", "parameter", "schemas"]

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def parameter(name: str, place: str, schema: Any = TEXT, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema, **more}


def schemas(**named: Any) -> Any:
    return lambda inputs: inputs.spec["components"]["schemas"].update(named)


def new_get(url: str, answer: Any = None, *parameters: Any) -> Any:
    def change(inputs: Inputs) -> None:
        told = {} if answer is None else answers(answer)
        inputs.add(f"GET {url}", {"parameters": list(parameters), **told})

    return change


def pets(inputs: Inputs) -> None:
    pet = {"type": "object", "required": ["kind", "name"], "properties": {"kind": TEXT, "name": TEXT}}
    kinds = {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"}
    schemas(
        Cat=pet, Dog=pet,
        Pet={"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind", "mapping": kinds}},
    )(inputs)  # fmt: skip
    new_get("/webapi/v2/pets", {"type": "array", "items": ref("Pet")})(inputs)


def constants(inputs: Inputs) -> None:
    schemas(
        Cat={"type": "object", "properties": {"kind": {"const": "cat"}, "name": TEXT}},
        Dog={"type": "object", "properties": {"kind": {"type": "string", "enum": ["dog"]}, "name": TEXT}},
    )(inputs)
    new_get(
        "/webapi/v2/pets/{id}",
        {"anyOf": [ref("Cat"), ref("Dog"), {"type": "null"}]},
        parameter("id", "path", required=True),
    )(inputs)


def at_the_path(inputs: Inputs) -> None:
    inputs.spec["paths"]["/webapi/v2/things/{id}"] = {
        "parameters": [
            parameter("id", "path", required=True),
            parameter("lang", "query", description="Which language"),
        ],
        "get": {"responses": {"200": {"description": "Done"}}},
        "delete": {"parameters": [parameter("lang", "query", NUMBER)], "responses": {"204": {"description": "Gone"}}},
    }


def references(inputs: Inputs) -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": TEXT}}
    content = {"application/json": {"schema": schema}}
    components = inputs.spec["components"]
    components.setdefault("parameters", {})["Lang"] = parameter("lang", "query", description="Which language")
    components.setdefault("responses", {})["Found"] = {
        "description": "Found",
        "content": {"application/json": {"schema": ref("App")}},
    }
    components.setdefault("requestBodies", {})["Letter"] = {"required": True, "content": content}
    inputs.add(
        "POST /webapi/v2/letters",
        {
            "parameters": [{"$ref": "#/components/parameters/Lang"}],
            "requestBody": {"$ref": "#/components/requestBodies/Letter"},
            "responses": {"200": {"$ref": "#/components/responses/Found"}},
        },
    )


def inherited(inputs: Inputs) -> None:
    schemas(
        Base={"type": "object", "required": ["id"], "properties": {"id": TEXT}},
        Letter={"allOf": [ref("Base"), {"type": "object", "required": ["size"], "properties": {"size": NUMBER}}]},
    )(inputs)
    new_post({"application/json": {"schema": ref("Letter")}}, "POST /webapi/v2/letters", **answers(ref("Letter")))(
        inputs
    )


def tree(inputs: Inputs) -> None:
    schemas(
        Node={
            "type": "object",
            "properties": {
                "name": TEXT,
                "children": {"type": "array", "items": ref("Node")},
                "parent": {"anyOf": [ref("Node"), {"type": "null"}]},
                "byName": {"type": "object", "additionalProperties": ref("Node")},
            },
        }
    )(inputs)
    new_post({"application/json": {"schema": ref("Node")}}, "POST /webapi/v2/nodes", **answers(ref("Node")))(inputs)


NAMES = ("class", "None", "Alli", "AsyncAlli", "Page", "list", "datetime", "UUID")


def named_like_ours(inputs: Inputs) -> None:
    schemas(**{name: {"type": "object", "properties": {"a": TEXT}} for name in NAMES})(inputs)
    whole = {"type": "object", "properties": {f"{name.lower()}X": ref(name) for name in NAMES}}
    new_get("/webapi/v2/names", whole)(inputs)


def derived(method: str, *others: tuple[str, str, bool]) -> list[tuple[str, str, bool]]:
    return [(f"client.{method}()", "new", False), (f"client.{method}()", "name made of", False), *others]


NEWER = [
    Case(
        "one of several models, by a discriminator",
        pets,
        derived("pets.list", ("Cat", "new", False), ("Dog", "new", False)),
        ("pets.list", "() -> list[Cat | Dog]"),
        lambda client: client.pets.list(),
        b'[{"kind": "dog", "name": "d"}, {"kind": "cat", "name": "c"}, {"kind": "bird", "name": "b"}]',
        gives=lambda given: equals(["Dog", "Cat", "dict"])([type(item).__name__ for item in given]),
        warns="client.pets.list()",
    ),
    Case(
        "one of several models or null, by their constants",
        constants,
        derived("pets.get", *((name, "new", False) for name in ("Cat", "Dog", "CatKind", "DogKind"))),
        ("pets.get", "(id: str) -> Cat | Dog | None"),
        lambda client: client.pets.get("x"),
        b'{"kind": "dog", "name": "d"}',
        gives=lambda given: equals(("Dog", "d"))((type(given).__name__, given.name)),
        warns="client.pets.get()",
    ),
    Case(
        "a body that is one of several models",
        lambda i: [
            pets(i),
            i.spec["paths"].pop("/webapi/v2/pets"),
            new_post({"application/json": {"schema": ref("Pet")}}, "POST /webapi/v2/pets")(i),
        ],
        derived("pets.create", ("Cat", "new", False), ("Dog", "new", False)),
        ("pets.create", "(*, body: Cat | Dog | Mapping[str, Any]) -> None"),
        lambda client: client.pets.create(body={"kind": "dog", "name": "d"}),
        sent=lambda r: equals({"kind": "dog", "name": "d"})(body(r)),
        warns="client.pets.create()",
    ),
    Case(
        "parameters of a whole path",
        at_the_path,
        [*derived("things.get"), *derived("things.delete")],
        ("things.get", "(id: str, *, lang: str | None = None) -> None"),
        lambda client: client.things.delete("x", lang=3),
        sent=lambda r: equals(("/webapi/v2/things/x?lang=3", "DELETE"))((r.target, r.method)),
        warns="client.things.",
        tells=("client.things.get", "Which language."),
    ),
    Case(
        "parameters, bodies and answers by reference",
        references,
        derived("letters.create"),
        ("letters.create", "(*, a: str, lang: str | None = None) -> App"),
        lambda client: client.letters.create(a="1", lang="ko"),
        app(),
        sent=lambda r: equals(({"a": "1"}, {"lang": ["ko"]}))((body(r), query(r))),
        gives=check(name="n"),
        warns="client.letters.create()",
        tells=("client.letters.create", "Which language."),
    ),
    Case(
        "numbers, enums and unions in a path",
        new_get(
            "/webapi/v2/cells/{row}/{weight}/{on}/{level}/{either}/{names}",
            TEXT,
            *(
                parameter(name, "path", schema, required=True)
                for name, schema in {
                    "row": NUMBER,
                    "weight": {"type": "number"},
                    "on": {"type": "boolean"},
                    "level": {"type": "integer", "enum": [1, 2]},
                    "either": {"oneOf": [NUMBER, TEXT]},
                    "names": {"type": "array", "items": TEXT},
                }.items()
            ),
        ),
        derived("cells.get", ("GetCellsLevel", "new", False)),
        (
            "cells.get",
            "(row: int, weight: float, on: bool, level: int, either: int | str, names: Sequence[str]) -> str",
        ),
        lambda client: client.cells.get(3, 1.5, True, 2, "a/b", ["x", "y"]),
        b'"text"',
        sent=lambda r: equals("/webapi/v2/cells/3/1.5/true/2/a%2Fb/x%2Cy")(r.path),
        gives=equals("text"),
        warns="client.cells.get()",
        refuses={
            "cells.get: on: must be bool, not str": lambda c: c.cells.get(3, 1.5, "true", 2, "a", []),
            "cells.get: path parameter 'row' must be int, not str": lambda c: c.cells.get("3", 1.5, True, 2, "a", []),
            "cells.get: names: must be a list, not str": lambda c: c.cells.get(3, 1.5, True, 2, "a", "names"),
            "cells.get: either: must be int or str, not NoneType": lambda c: c.cells.get(3, 1.5, True, 2, None, []),
        },
    ),
    Case(
        "a list that must be given",
        add_parameter(LIST, **parameter("ids", "query", {"type": "array", "items": TEXT}, required=True)),
        [("client.apps.list(ids)", "new, and must be given", True)],
        ("apps.list", "*, ids: Sequence[str], "),
        lambda client: client.apps.list(ids=["a", "b"]),
        b'{"apps": []}',
        sent=lambda r: equals({"ids": ["a", "b"]})(query(r)),
        refuses={"apps.list: ids: must be a list, not NoneType": lambda c: c.apps.list(ids=None)},
    ),
    Case(
        "numbers with names, and a constant",
        lambda i: [
            add_parameter(LIST, **parameter("level", "query", {"type": "integer", "enum": [1, 2]}))(i),
            add_parameter(LIST, **parameter("kind", "query", {"const": "plain"}))(i),
        ],
        [
            ("client.apps.list(level)", "new", False),
            ("client.apps.list(kind)", "new", False),
            ("ListAppsLevel", "new", False),
            ("ListAppsKind", "new", False),
        ],
        ("apps.list", "level: int | None = None, kind: str | None = None"),
        lambda client: client.apps.list(level=2, kind="plain"),
        b'{"apps": []}',
        sent=lambda r: equals({"level": ["2"], "kind": ["plain"]})(query(r)),
        refuses={"apps.list: level: must be int, not str": lambda c: c.apps.list(level="2")},
    ),
    Case(
        "parameters of names that the raw module needs",
        lambda i: [
            add_parameter(LIST, **parameter(name, "query"))(i)
            for name in ("query_values", "response", "client", "request")
        ],
        [(f"client.apps.list({name})", "new", False) for name in ("query_values", "response", "client", "request_")],
        ("apps.list", "query_values: str | None = None, response: str | None = None"),
        lambda client: client.apps.list(query_values="q", response="r", client="c", request_="s"),
        b'{"apps": []}',
        sent=lambda r: equals({"query_values": ["q"], "response": ["r"], "client": ["c"], "request": ["s"]})(query(r)),
    ),
    Case(
        "a parameter that is deprecated",
        lambda i: i.operation(LIST)["parameters"][0].update(deprecated=True),
        [("client.apps.list(search_term)", "is deprecated now", False)],
        ("apps.list", "search_term: str | None = None"),
        tells=("client.apps.list", "Deprecated."),
    ),
    Case(
        "an error with a body of its own",
        lambda i: i.operation(GET)["responses"].update(
            {"409": {"description": "Being edited", "content": {"application/json": {"schema": {"type": "object"}}}}}
        ),
        [],
        ("apps.get", "(app_id: str) -> App"),
        lambda client: client.apps.get("a"),
        app(),
        tells=("client.apps.get", "ConflictError: being edited (409)."),
    ),
    Case(
        "objects with names as keys",
        new_get("/webapi/v2/scores", {"type": "object", "properties": {"next": TEXT}, "additionalProperties": NUMBER}),
        derived("scores.list", ("ListScoresResponse200", "new", False)),
        ("scores.list", "() -> ListScoresResponse200"),
        lambda client: client.scores.list(),
        b'{"next": "n", "ann": 3}',
        gives=lambda given: equals(("n", 3))((given.next, given["ann"])),
        warns="client.scores.list()",
    ),
    Case(
        "a body whose keys are names",
        new_post({"application/json": {"schema": {"type": "object", "additionalProperties": NUMBER}}}),
        derived("projects.create"),
        ("projects.create", "(*, body: Mapping[str, Any]) -> None"),
        lambda client: client.projects.create(body={"ann": 3}),
        sent=lambda r: equals({"ann": 3})(body(r)),
        warns="client.projects.create()",
    ),
    Case(
        "a model that inherits",
        inherited,
        derived("letters.create", ("Letter", "new", False)),
        ("letters.create", "(*, id: str, size: int) -> Letter"),
        lambda client: client.letters.create(id="1", size=2),
        b'{"id": "1", "size": 2}',
        sent=lambda r: equals({"id": "1", "size": 2})(body(r)),
        gives=check(id="1", size=2),
        warns="client.letters.create()",
    ),
    Case(
        "a model that holds itself",
        tree,
        derived("nodes.create", ("Node", "new", False), ("NodeByName", "new", False)),
        ("nodes.create", "children: Sequence[Node | Mapping[str, Any]] | None = None"),
        lambda client: client.nodes.create(name="a", children=[{"name": "b"}]),
        b'{"name": "a", "children": [{"name": "b"}], "parent": null, "byName": {"c": {"name": "c"}}}',
        sent=lambda r: equals({"name": "a", "children": [{"name": "b"}]})(body(r)),
        gives=lambda given: equals(("b", None, "c"))((given.children[0].name, given.parent, given.by_name["c"].name)),
        warns="client.nodes.create()",
    ),
    Case(
        "a field whose type is a list with null",
        lambda i: i.schema("App")["properties"]["name"].update(type=["string", "null"]),
        [("App.name", "wider type: `None | str`, was `str`", True)],
        call=lambda client: client.apps.get("a"),
        answer=app(name=None),
        gives=check(name=None),
    ),
    Case(
        "a file for an answer",
        lambda i: i.add(
            "GET /webapi/v2/thumbnail", answers({"type": "string", "contentMediaType": "image/png"}, "image/png")
        ),
        derived("thumbnail.list"),
        ("thumbnail.list", "() -> bytes"),
        lambda client: client.thumbnail.list(),
        b"\x89PNG\xff",
        {"Content-Type": "image/png"},
        gives=equals(b"\x89PNG\xff"),
        warns="client.thumbnail.list()",
    ),
    Case(
        "a file told by its media type",
        add_property("RunConversationRequest", "voice", {"type": "string", "contentMediaType": "audio/wav"}),
        [
            (f"{method}(voice)", "new", False)
            for method in (
                "client.apps.run_conversation",
                "client.apps.stream_conversation",
                "Conversation.send",
                "Conversation.stream",
            )
        ],
        ("apps.run_conversation", "voice: FileInput | None = None"),
        lambda client: client.apps.run_conversation("a", voice=("v.wav", b"RIFF")),
        b'{"result": {}}',
        sent=lambda r: equals(True)(b'name="voice"; filename="v.wav"' in r.body and b"RIFF" in r.body),
    ),
    Case(
        "a property that is only in answers",
        lambda i: [
            add_property("CreateAppRequest", "createdBy", {**TEXT, "readOnly": True}, required=True)(i),
            add_property("App", "anything", True)(i),
        ],
        [("App.anything", "new", False)],
        (
            "apps.create",
            "(*, type: str, name: str, description: str, category: str, published: bool, enabled: bool, user_id: ",
        ),
        lambda client: client.apps.get("a"),
        app(anything=[1, "a"]),
        gives=check(anything=[1, "a"]),
    ),
    Case(
        "a tag and a parameter in Korean",
        lambda i: [
            new_get("/webapi/v2/bills", {"type": "array", "items": TEXT}, parameter("검색 어", "query"))(i),
            i.operation("GET /webapi/v2/bills").update(tags=["결제 관리"]),
        ],
        derived("bills.list"),
        ("bills.list", "(*, 검색_어: str | None = None) -> list[str]"),
        lambda client: client.bills.list(검색_어="한글"),
        '["한", "글"]'.encode(),
        sent=lambda r: equals({"검색 어": ["한글"]})(query(r)),
        gives=equals(["한", "글"]),
        warns="client.bills.list()",
    ),
    Case(
        "models of names that Python or the package has",
        named_like_ours,
        derived(
            "names.list",
            *(
                (name, "new", False)
                for name in (
                    "Class",
                    "None_",
                    "AlliModel",
                    "AsyncAlliModel",
                    "PageModel",
                    "List",
                    "Datetime",
                    "UUIDModel",
                )
            ),
            ("ListNamesResponse200", "new", False),
        ),
        ("names.list", "() -> ListNamesResponse200"),
        lambda client: client.names.list(),
        b'{"classX": {"a": "1"}, "alliX": {"a": "2"}}',
        gives=lambda given: equals(("1", "2"))((given.class_x.a, given.alli_x.a)),
        warns="client.names.list()",
    ),
    Case(
        "a long description of quotes and braces",
        lambda i: i.operation(LIST).update(
            description='It\'s """quoted""" \\ {{ x }} {% y %} \\N{foo} \\x \\u12 %s {0} ' * 300
        ),
        [],
        ("apps.list", "search_term: str | None = None"),
        lambda client: client.apps.list(),
        b'{"apps": []}',
        tells=("client.apps.list", "{{ x }} {% y %} \\N{foo} \\x \\u12 %s {0}"),
    ),
    Case(
        "an object in the query",
        add_parameter(LIST, **parameter("filter", "query", {"type": "object", "properties": {"owner": TEXT}})),
        [("client.apps.list(filter)", "new", False), ("ListAppsFilter", "new", False)],
        ("apps.list", "filter: ListAppsFilter | Mapping[str, Any] | None = None"),
        lambda client: client.apps.list(filter={"owner": "ann", "more": 3}),
        b'{"apps": []}',
        sent=lambda r: equals({"owner": ["ann"], "more": ["3"]})(query(r)),
        refuses={"apps.list: query parameter 'owner' holds a dict": lambda c: c.apps.list(filter={"owner": {"a": 1}})},
    ),
    Case(
        "another operationId",
        lambda i: i.operation(SKILL).update(operationId="executeSkill"),
        [],
        ("skills.run", "(id: str, text: str, "),
    ),
]
