"""What an application may declare as the arguments of an app, and the error where that can't be used."""

from typing import Annotated, Any, Literal

import pytest
from langchain_alli.tools.schema import NamedValue, declared_schema, model_of
from pydantic import Field

from tests.langchain_alli.desk import Desk, Way, invoke

DECLARATIONS: dict[str, tuple[Any, dict[str, Any]]] = {
    "a type": (str, {"type": "string", "description": "x"}),
    "a literal": (Literal["a", "b"], {"type": "string", "enum": ["a", "b"], "description": "x"}),
    "a field": (Field(description="Who"), {"type": "string", "description": "Who"}),
    "type and field": ((int, Field(description="Who", ge=1)), {"type": "integer", "minimum": 1, "description": "Who"}),
    "type and default": ((int, 3), {"anyOf": [{"type": "integer"}, {"type": "null"}], "description": "x"}),
    "nullable": ((str | None, None), {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "x"}),
    "type and dots": ((int, ...), {"type": "integer", "description": "x"}),
    "annotated": (
        Annotated[int, Field(description="Who", le=9)],
        {"type": "integer", "maximum": 9, "description": "Who"},
    ),
}


@pytest.mark.parametrize(("declaration", "expected"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_a_variable_may_be_declared_in_each_of_these_forms(declaration: Any, expected: dict[str, Any]) -> None:
    definition = declared_schema("t", {"x": declaration}, chats=False)
    schema = model_of(definition).model_json_schema()
    assert {key: value for key, value in schema["properties"]["x"].items() if key != "title"} == expected
    assert schema.get("required", []) == ([] if "anyOf" in expected else ["x"])
    assert definition.parameters["properties"]["x"] == expected


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"text": {"type": "string"}}},
        {"text": {"type": "string"}},
        {"text": "str"},
        {"text": None},
        {"text": (str, Field(), "more")},
        [("text", str)],
        dict,
        5,
        NamedValue(name="a", value="b"),
    ],
    ids=["JSON schema", "properties", "name of a type", "none", "three", "list", "class", "number", "instance"],
)
def test_what_is_no_schema_is_refused_with_what_would_be(schema: Any) -> None:
    with pytest.raises(
        ValueError, match=r"args_schema: .*must be a .*, not .*a pydantic model, or a mapping|args_schema: must be"
    ):
        declared_schema("t", schema, chats=False)


async def test_null_stands_for_the_declared_default(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite", args_schema={"content": str, "tone": (Literal["plain", "formal"], "plain")})
    await invoke(way, tool, {"content": "a line", "tone": None})
    (run,) = desk.runs()
    assert run.json()["inputs"] == {"content": "a line", "tone": "plain"}
