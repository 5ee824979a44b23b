"""Cases of test_mutations.py as a vendor's next document may bring them: what OpenAPI 3.1 can say and was not said so far."""

from __future__ import annotations

from tests.generator.mutation_changes import (
    GET,
    LIST,
    NUMBER,
    SKILL,
    TEXT,
    add_parameter,
    add_property,
    answers,
    app,
    body,
    check,
    derived,
    equals,
    new_get,
    new_post,
    parameter,
    query,
    ref,
    schemas,
)
from tests.generator.mutations import Case, Inputs

__all__ = ["NEWER"]


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


def inherited(inputs: Inputs) -> None:
    schemas(
        Base={"type": "object", "required": ["id"], "properties": {"id": TEXT}},
        Letter={"allOf": [ref("Base"), {"type": "object", "required": ["size"], "properties": {"size": NUMBER}}]},
    )(inputs)
    new_post("letters", {"application/json": {"schema": ref("Letter")}}, **answers(ref("Letter")))(inputs)


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
    new_post("nodes", {"application/json": {"schema": ref("Node")}}, **answers(ref("Node")))(inputs)


NAMES = ("class", "None", "Alli", "AsyncAlli", "Page", "list", "datetime", "UUID")


def parent(inputs: Inputs) -> None:
    thing = {"type": "object", "required": ["kind"], "properties": {"kind": TEXT}}
    schemas(
        Thing={**thing, "oneOf": [ref("Beast"), ref("Plant")], "discriminator": {"propertyName": "kind"}},
        Beast={"allOf": [ref("Thing"), {"type": "object", "properties": {"lives": NUMBER}}]},
        Plant={"allOf": [ref("Thing"), {"type": "object", "properties": {"height": NUMBER}}]},
    )(inputs)
    new_get("/webapi/v2/living", {"type": "array", "items": ref("Thing")})(inputs)


def named_like_ours(inputs: Inputs) -> None:
    schemas(**{name: {"type": "object", "properties": {"a": TEXT}} for name in NAMES})(inputs)
    whole = {"type": "object", "properties": {f"{name.lower()}X": ref(name) for name in NAMES}}
    new_get("/webapi/v2/names", whole)(inputs)


NEWER = [
    Case(
        "any JSON value, and a list of itself",
        lambda inputs: [
            schemas(
                Value={
                    "anyOf": [
                        TEXT,
                        {"type": "array", "items": ref("Value")},
                        {"type": "object", "additionalProperties": ref("Value")},
                    ]
                },
                Ring={"type": "array", "items": ref("Ring")},
            )(inputs),
            new_get("/webapi/v2/ring", ref("Ring"))(inputs),
        ],
        [("client.ring.list()", "new", False), ("client.ring.list()", "name made of", False)],
        ("ring.list", "() -> list[Any]"),
        lambda client: client.ring.list(),
        b'[[], [["a"]]]',
        gives=equals([[], [["a"]]]),
        warns=("client.ring.list()", "schema Ring holds itself", "schema Value holds itself"),
    ),
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
        "a parent that is one of the children that inherit from it",
        parent,
        derived("living.list", ("Beast", "new", False), ("Plant", "new", False)),
        ("living.list", "() -> list[Beast | Plant]"),
        lambda client: client.living.list(),
        b'[{"kind": "Plant", "height": 3}, {"kind": "Beast", "lives": 9}]',
        gives=lambda given: equals([("Plant", "Plant", 3), ("Beast", "Beast", 9)])(
            [
                (type(given[0]).__name__, given[0].kind, given[0].height),
                (type(given[1]).__name__, given[1].kind, given[1].lives),
            ]
        ),
        warns="client.living.list()",
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
            new_post("pets", {"application/json": {"schema": ref("Pet")}})(i),
        ],
        derived("pets.create", ("Cat", "new", False), ("Dog", "new", False)),
        ("pets.create", "(*, body: Cat | Dog | Mapping[str, Any]) -> None"),
        lambda client: client.pets.create(body={"kind": "dog", "name": "d"}),
        sent=lambda r: equals({"kind": "dog", "name": "d"})(body(r)),
        warns="client.pets.create()",
    ),
    Case(
        "an error with its own body",
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
        new_post("marks", {"application/json": {"schema": {"type": "object", "additionalProperties": NUMBER}}}),
        derived("marks.create"),
        ("marks.create", "(*, body: Mapping[str, Any]) -> None"),
        lambda client: client.marks.create(body={"ann": 3}),
        sent=lambda r: equals({"ann": 3})(body(r)),
        warns="client.marks.create()",
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
        lambda i: [
            i.operation(LIST).update(
                description='It\'s """quoted""" \\ {{ x }} {% y %} \\N{foo} \\x \\u12 %s {0} ' * 300
            ),
            i.block(LIST).pop("doc"),
        ],
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
