"""What the cases of test_mutations.py are made of: changes to the spec and the overlay, and looks at what was sent."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.alli.multipart import parts_of
from tests.generator.mutations import Inputs
from tests.servers import SentRequest

__all__ = [
    "LIST",
    "CONVERSATIONS",
    "HASHTAGS",
    "PROJECTS",
    "GET",
    "UPDATE",
    "CREATE",
    "RUN",
    "TALK",
    "SKILL",
    "HARMLESS",
    "HOSTILE",
    "NUMBER",
    "TEXT",
    "answers",
    "ref",
    "query",
    "body",
    "form",
    "add_parameter",
    "add_property",
    "teams",
    "derived",
    "parameter",
    "schemas",
    "new_get",
    "new_list",
    "new_pages",
    "new_stream",
    "new_post",
    "one_id_in_path_and_body",
    "hostile",
    "equals",
    "app",
    "check",
]

LIST = "GET /webapi/v2/apps"
CONVERSATIONS = "GET /webapi/v2/conversations"
HASHTAGS = "GET /webapi/hashtags"
PROJECTS = "GET /webapi/v2/projects"
GET = "GET /webapi/v2/apps/{app_id}"
UPDATE = "PATCH /webapi/v2/apps/{app_id}"
CREATE = "POST /webapi/apps"
RUN = "POST /webapi/apps/{app_id}/run"
TALK = "POST /webapi/v2/apps/{app_id}/run_conversation"
SKILL = "POST /webapi/skill"
HARMLESS: list[tuple[str, str, bool]] = []
"""Some changes, none of them breaking."""
HOSTILE = "\"\"\" ''' \\ {{ 7*7 }} {% raise %} \n\nimport os; os._exit(3)\n```\n<script>#jinja: for\x07"
TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


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


def teams(inputs: Inputs) -> None:
    inputs.spec["components"]["schemas"]["Team"] = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "fullName": {"type": "string"}},
    }
    inputs.spec["components"]["schemas"]["TeamPage"] = {
        "type": "object",
        "properties": {"after": {"type": "string"}, "squads": {"type": "array", "items": ref("Team")}},
    }


def parameter(name: str, place: str, schema: Any = TEXT, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema, **more}


def schemas(**named: Any) -> Any:
    return lambda inputs: inputs.spec["components"]["schemas"].update(named)


def new_get(url: str, answer: Any = None, *parameters: Any) -> Any:
    def change(inputs: Inputs) -> None:
        told = {} if answer is None else answers(answer)
        inputs.add(f"GET {url}", {"parameters": list(parameters), **told})

    return change


def derived(method: str, *others: tuple[str, str, bool]) -> list[tuple[str, str, bool]]:
    return [(f"client.{method}()", "new", False), (f"client.{method}()", "name made of", False), *others]


def new_list(inputs: Inputs) -> None:
    teams(inputs)
    inputs.add("GET /webapi/v2/teams", {"summary": "List Teams", **answers({"type": "array", "items": ref("Team")})})


def new_pages(inputs: Inputs) -> None:
    teams(inputs)
    parameters = [{"name": "startAfter", "in": "query", "schema": {"type": "string"}}]
    inputs.add("GET /webapi/v2/squads", {"parameters": parameters, **answers(ref("TeamPage"))})
    block = {
        "resource": "squads",
        "method": "list",
        "pagination": {"style": "cursor", "param": "startAfter", "next": "after", "items": "squads"},
    }
    inputs.annotate("GET /webapi/v2/squads", {"operationId": "list_squads", "tags": ["squads"], "x-alli-sdk": block})


def new_stream(inputs: Inputs) -> None:
    record = {"type": "object", "properties": {"answer": {"type": "string"}}}
    inputs.spec["components"]["schemas"]["Piece"] = record
    inputs.add("POST /webapi/v2/ask", answers(ref("Piece"), "application/stream+json"))
    block = {
        "resource": "questions",
        "method": "ask",
        "returns": "RunStream",
        "stream": {"semantics": "delta"},
        "result": {"at": [], "messages": [], "text": ["answer"]},
    }
    inputs.annotate("POST /webapi/v2/ask", {"operationId": "ask", "tags": ["questions"], "x-alli-sdk": block})


def new_post(name: str, content: Any, **operation: Any) -> Any:
    def change(inputs: Inputs) -> None:
        teams(inputs)
        inputs.add(f"POST /webapi/v2/{name}", {"requestBody": {"content": content}, **operation})

    return change


def one_id_in_path_and_body(inputs: Inputs) -> None:
    parameters = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    content = {"application/json": {"schema": ref("Team")}}
    teams(inputs)
    inputs.add("PUT /webapi/v2/seats/{id}", {"requestBody": {"content": content}, "parameters": parameters})


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
    del inputs.block(LIST)["doc"]
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
