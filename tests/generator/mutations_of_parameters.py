"""Cases of test_mutations.py about parameters, as a vendor's next document may bring them."""

from __future__ import annotations

from tests.generator.mutation_changes import (
    HASHTAGS,
    LIST,
    NUMBER,
    PROJECTS,
    TEXT,
    add_parameter,
    app,
    body,
    check,
    derived,
    equals,
    new_get,
    parameter,
    query,
    ref,
)
from tests.generator.mutations import Case, Inputs

__all__ = ["PARAMETERS"]


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


def styles(inputs: Inputs) -> None:
    texts = {"type": "array", "items": TEXT}
    new_get(
        "/webapi/v2/shelves",
        None,
        parameter("ids", "query", texts, explode=False),
        parameter("levels", "query", {"type": "array", "items": NUMBER}, style="pipeDelimited"),
        parameter("spaced", "query", texts, style="spaceDelimited", explode=False),
        parameter("either", "query", {"anyOf": [TEXT, texts]}, explode=False),
        parameter("range", "query", {"type": "object"}, explode=False),
        parameter("filter", "query", {"type": "object"}, style="deepObject", explode=True),
    )(inputs)


PARAMETERS = [
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
            "(row: int, weight: float, on: bool, level: Literal[1, 2], either: int | str, names: Sequence[str]) -> str",
        ),
        lambda client: client.cells.get(3, 1.5, True, 2, "a/b", ["x", "y"]),
        b'"text"',
        sent=lambda r: equals("/webapi/v2/cells/3/1.5/true/2/a%2Fb/x%2Cy")(r.path),
        gives=equals("text"),
        warns="client.cells.get()",
        refuses={
            "cells.get: on: must be bool, not str": lambda c: c.cells.get(3, 1.5, "true", 2, "a", []),
            "cells.get: row must be int, not str": lambda c: c.cells.get("3", 1.5, True, 2, "a", []),
            "cells.get: names: must be a list, not str": lambda c: c.cells.get(3, 1.5, True, 2, "a", "names"),
            "cells.get: either: must be int or str, not NoneType": lambda c: c.cells.get(3, 1.5, True, 2, None, []),
        },
    ),
    Case(
        "a list that must be given",
        add_parameter(PROJECTS, **parameter("ids", "query", {"type": "array", "items": TEXT}, required=True)),
        [("client.projects.list(ids)", "new, and must be given", True)],
        ("projects.list", "*, ids: Sequence[str]) -> list[Project]"),
        lambda client: client.projects.list(ids=["a", "b"]),
        b"[]",
        sent=lambda r: equals({"ids": ["a", "b"]})(query(r)),
        refuses={"projects.list: ids: must be a list, not NoneType": lambda c: c.projects.list(ids=None)},
    ),
    Case(
        "lists and objects written as the document says",
        styles,
        derived("shelves.list"),
        ("shelves.list", "(*, ids: Sequence[str] | None = None, levels: Sequence[int] | None = None, "),
        lambda client: client.shelves.list(
            ids=["a", "b"],
            levels=[1, 2],
            spaced=["x", "y"],
            either="one",
            range={"from": 1, "to": 2},
            filter={"on": True, "by": "n"},
        ),
        sent=lambda r: equals(
            {
                "ids": ["a,b"],
                "levels": ["1|2"],
                "spaced": ["x y"],
                "either": ["one"],
                "range": ["from,1,to,2"],
                "filter[on]": ["true"],
                "filter[by]": ["n"],
            }
        )(query(r)),
        refuses={"query parameter 'ids': no part of it may hold ','": lambda c: c.shelves.list(ids=["a,b"])},
        warns="client.shelves.list()",
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
        ("apps.list", "level: Literal[1, 2] | None = None, kind: Literal[plain] | str | None = None"),
        lambda client: client.apps.list(level=2, kind="plain"),
        b'{"apps": []}',
        sent=lambda r: equals({"level": ["2"], "kind": ["plain"]})(query(r)),
        refuses={"apps.list: level: must be int, not str": lambda c: c.apps.list(level="2")},
    ),
    Case(
        "parameters of names that the raw module needs",
        lambda i: [
            add_parameter(HASHTAGS, **parameter(name, "query"))(i)
            for name in ("query_values", "response", "client", "request")
        ],
        [
            (f"client.hashtags.list({name})", "new", False)
            for name in ("query_values", "response", "client", "request_")
        ],
        ("hashtags.list", "query_values: str | None = None, response: str | None = None"),
        lambda client: client.hashtags.list(query_values="q", response="r", client="c", request_="s"),
        b'{"result": {}}',
        sent=lambda r: equals({"query_values": ["q"], "response": ["r"], "client": ["c"], "request": ["s"]})(query(r)),
    ),
    Case(
        "a parameter that is deprecated",
        lambda i: i.operation(LIST)["parameters"][0].update(deprecated=True),
        [("client.apps.list(search_term)", "is deprecated now", False)],
        ("apps.list", "search_term: str | None = None"),
        tells=("client.apps.list", "Deprecated."),
    ),
]
