"""Cases of test_mutations.py that a vendor's next document may bring and nothing right can be made of: one line says where and why."""

from __future__ import annotations

from typing import Any

from tests.generator.mutation_changes import LIST, SKILL, TEXT, add_parameter, new_get, parameter, ref, schemas
from tests.generator.mutations import Case

__all__ = ["REFUSED"]


def no_reference(name: str, schema: Any) -> Any:
    return lambda inputs: [schemas(**{name: schema})(inputs), new_get("/webapi/v2/rings", ref(name))(inputs)]


REFUSED = [
    Case(
        "a parameter described by its content",
        lambda i: i.operation(LIST)["parameters"].append(
            {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}}
        ),
        error="query parameter 'filter' is described by `content`, which the SDK can't write; remove that and give it a schema",
    ),
    Case(
        "a list with brackets",
        add_parameter(LIST, **parameter("filter", "query", {"type": "array", "items": TEXT}, style="deepObject")),
        error="query parameter 'filter' is written in the style deepObject, which is for objects alone; ",
    ),
    Case(
        "a segment of a path with its name",
        new_get("/webapi/v2/doors/{id}", None, parameter("id", "path", required=True, style="matrix")),
        error="path parameter 'id' is written in the style matrix, which the SDK can't write; ",
    ),
    Case(
        "objects in a list in the query",
        add_parameter(LIST, **parameter("filter", "query", {"type": "array", "items": ref("App")})),
        error="query parameter 'filter' holds objects where the SDK can write text only; give it another schema with the overlay: ",
    ),
    Case(
        "an operation on another host",
        lambda i: i.operation(LIST).update(servers=[{"url": "https://files.example.com"}]),
        error="get /webapi/v2/apps has its own servers, which the SDK would not call",
    ),
    Case(
        "schemas made of each other",
        lambda i: schemas(A={"allOf": [ref("B")]}, B=ref("A"))(i),
        error="schema A contains itself (A → B → A) with no property in between",
    ),
    Case(
        "a schema with a name in Korean",
        no_reference("프로젝트", {"type": "object"}),
        error='"프로젝트" does not match "^[a-zA-Z0-9._-]+$"',
    ),
    Case(
        "an operation without answers",
        lambda i: i.spec["paths"].update({"/webapi/v2/silent": {"get": {}}}),
        error="paths./webapi/v2/silent.get.responses Field required",
        warns="GET /webapi/v2/silent has no x-alli-sdk",
    ),
    Case(
        "a path that is nothing",
        lambda i: i.spec["paths"].update({"/webapi/v2/nothing": None}),
        error="path /webapi/v2/nothing must be an object with operations; without any, take it out",
    ),
    Case(
        "a result that is read from a list",
        lambda i: i.operation(SKILL)["responses"]["200"]["content"]["application/json"].update(
            schema={"type": "array", "items": TEXT}
        ),
        error="skills.run: x-alli-sdk returns: SkillResult is read from an object, which the 200 answer is not",
    ),
]
