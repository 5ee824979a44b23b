"""Arguments of tools: from v1 inputs, from schemas applications declare, and back to the variables on the wire."""

import enum
import pathlib
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from alli_tools.definition.app_spec import describe_app
from alli_tools.definition.arguments import (
    MESSAGE,
    Argument,
    arguments_from_inputs,
    document_variables,
    refuse_files,
    to_wire,
)
from alli_tools.definition.naming import NAME_PATTERN, argument_keys
from langchain_alli.tools.injection import with_runtime
from langchain_alli.tools.schema import declared_schema, model_from_arguments, model_of
from langchain_core.tools import StructuredTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import to_jsonable_python


@dataclass
class Option:
    """An option as the v1 list has it."""

    name: object
    value: object = None


@dataclass
class Input:
    """An input as the v1 list has it."""

    variable: object
    label: object = None
    input_type: object = "text"
    placeholder: object = None
    options: object = field(default_factory=list[Option])


SUMMARY = [
    Input("content", "Text to shorten", "paragraph", "Paste the text"),
    Input("tone", "Tone", "single", None, [Option("Plain", "plain"), Option("격식체", "formal")]),
]
AWKWARD = [
    Input("고객명", "고객 이름"),
    Input("runtime", "Run time in minutes"),
    Input("PDF_FILE", "Title"),
    Input("json"),
]


def _properties(model: type[BaseModel]) -> dict[str, Any]:
    def call(**_: object) -> str:
        return ""

    tool = StructuredTool(name="t", description="d", args_schema=model, func=call)
    return convert_to_openai_tool(tool, strict=True)["function"]["parameters"]["properties"]


def test_inputs_become_typed_required_arguments_with_their_labels() -> None:
    model = model_from_arguments(arguments_from_inputs(SUMMARY, documents=False))
    properties = _properties(model)
    assert list(properties) == ["content", "tone"]
    assert properties["content"]["type"] == "string"
    assert properties["content"]["description"] == "Text to shorten; Paste the text"
    assert properties["tone"]["enum"] == ["plain", "formal"]
    assert "formal = 격식체" in properties["tone"]["description"]
    with pytest.raises(ValidationError, match="tone"):
        model.model_validate({"content": "x"})
    with pytest.raises(ValidationError, match="tone"):
        model.model_validate({"content": "x", "tone": "rude"})


def test_awkward_variables_travel_under_their_own_names() -> None:
    arguments = arguments_from_inputs(AWKWARD, documents=False)
    properties = _properties(model_from_arguments(arguments))
    assert all(re.fullmatch(NAME_PATTERN, key) for key in properties)
    assert "runtime" not in properties
    described = " ".join(str(schema["description"]) for schema in properties.values())
    assert all(f"variable {item.variable}" in described for item in AWKWARD)
    values = {argument.key: argument.variable.upper() for argument in arguments}
    assert to_wire(arguments, values, refuse_files) == (
        None,
        {"고객명": "고객명", "runtime": "RUNTIME", "PDF_FILE": "PDF_FILE", "json": "JSON"},
    )


@pytest.mark.parametrize(
    "odd",
    [Input(None), Input(""), Input(7, "x")],
    ids=["null", "empty", "number"],
)
def test_an_input_without_a_variable_is_no_argument(odd: Input) -> None:
    assert [a.key for a in arguments_from_inputs([odd, *SUMMARY], documents=False)] == ["content", "tone"]


@pytest.mark.parametrize("options", [None, "x", {"a": 1}, [None], [Option(None, None)], ()])
def test_odd_options_leave_a_text_argument(options: object) -> None:
    (argument,) = arguments_from_inputs([Input("tone", "Tone", "single", None, options)], documents=False)
    assert argument.kind == "text"


def test_an_option_travels_as_the_value_the_service_gave() -> None:
    numbers = Input("n", "How many", "single", None, [Option("one", 1), Option("two", 2), Option("other")])
    arguments = arguments_from_inputs([numbers], documents=False)
    assert _properties(model_from_arguments(arguments))["n"]["enum"] == ["1", "2", "other"]
    assert to_wire(arguments, {"n": "2"}, refuse_files) == (None, {"n": 2})
    assert to_wire(arguments, {"n": "other"}, refuse_files) == (None, {"n": "other"})


@pytest.mark.parametrize("variable", ["class", "def", "from", "async", "None"])
def test_a_variable_that_is_a_keyword_of_python_is_shown_and_can_be_given(variable: str) -> None:
    """LangChain shows a model what Python's signature of it has, and that has no parameter of such a name."""
    arguments = arguments_from_inputs([Input(variable, "Which")], documents=False)
    model = model_from_arguments(arguments)
    ((key, shown),) = _properties(model).items()
    assert f"(variable {variable})" in shown["description"]
    checked = model.model_validate({key: "x"})
    assert to_wire(arguments, checked.model_dump(mode="json"), refuse_files) == (None, {variable: "x"})


def test_more_options_than_providers_take_are_text_and_a_wrong_one_is_told_the_nearest() -> None:
    few = Input("tone", "Tone", "single", None, [Option("Plain", "plain"), Option("Formal", "formal")])
    many = Input("city", "City", "single", None, [Option(f"도시 {n}", f"city-{n}") for n in range(600)])
    arguments = arguments_from_inputs([few, many, few], documents=False)
    model = model_from_arguments(arguments)
    properties = _properties(model)
    assert properties["tone"]["enum"] == ["plain", "formal"]
    assert "enum" not in properties["city"]
    assert properties["city"]["description"].startswith("City; city-0 = 도시 0; city-1 = ")
    assert to_wire(arguments, {"tone": "plain", "city": "city-599"}, refuse_files)[1]["city"] == "city-599"
    model.model_validate({"tone": "plain", "city": "city-599"})
    with pytest.raises(ValidationError, match="must be one of 600 options, such as: city-599, city-"):
        model.model_validate({"tone": "plain", "city": "city 599"})


def test_the_options_of_one_tool_are_few_enough_in_all() -> None:
    inputs = [
        Input(f"v{number}", f"V{number}", "single", None, [Option(str(n), str(n)) for n in range(100)])
        for number in range(9)
    ]
    properties = _properties(model_from_arguments(arguments_from_inputs(inputs, documents=False)))
    assert [len(schema.get("enum", ())) for schema in properties.values()] == [100, 100] + [0] * 7


def test_no_argument_hides_an_attribute_of_a_pydantic_model() -> None:
    taken = [name for name in dir(BaseModel) if not name.startswith("_")]
    keys = argument_keys(taken)
    assert [name for name in taken if keys[name] == name or hasattr(BaseModel, keys[name])] == []


def test_a_document_input_is_no_argument_without_a_resolver() -> None:
    inputs = [*SUMMARY, Input("contract", "Contract", "document_basic")]
    assert [a.key for a in arguments_from_inputs(inputs, documents=False)] == ["content", "tone"]
    assert document_variables(inputs) == ("contract",)


def test_a_document_handle_is_resolved_by_the_application() -> None:
    arguments = arguments_from_inputs([Input("contract", "Contract", "document_basic")], documents=True)
    asked: list[tuple[str, str]] = []

    def resolver(handle: str, variable: str) -> object:
        asked.append((handle, variable))
        return (f"{variable}.txt", b"text")

    assert to_wire(arguments, {"contract": "/etc/passwd"}, resolver) == (None, {"contract": ("contract.txt", b"text")})
    assert asked == [("/etc/passwd", "contract")]
    with pytest.raises(LookupError, match="contract"):
        to_wire(arguments, {"contract": "/etc/passwd"}, refuse_files)


def test_an_argument_a_model_makes_up_is_refused() -> None:
    model = model_from_arguments((MESSAGE,))
    for forged in ("conversationId", "mode", "user"):
        with pytest.raises(ValidationError, match=forged):
            model.model_validate({"message": "hi", forged: "x"})


def test_the_runtime_is_accepted_but_neither_shown_nor_dumped() -> None:
    model = with_runtime(model_from_arguments((MESSAGE,)))
    runtime = object()
    checked = model.model_validate({"message": "hi", "runtime": runtime})
    assert getattr(checked, "runtime") is runtime  # noqa: B009  # the field exists at run time only
    assert checked.model_dump() == {"message": "hi"}
    assert list(_properties(model)) == ["message"]
    # langchain-google-genai shows a model the whole schema of a tool.
    assert list(model.model_json_schema()["properties"]) == ["message"]


class Tone(enum.Enum):
    """How to write."""

    PLAIN = "plain"
    FORMAL = "formal"


class Declared(BaseModel):
    """A schema an application declares."""

    content: str = Field(description="The text")
    tone: Tone = Tone.PLAIN
    source: pathlib.Path | None = None


def _declared(schema: Any, *, chats: bool = False) -> tuple[type[BaseModel], tuple[Argument, ...]]:
    definition = declared_schema("t", schema, chats=chats)
    return model_of(definition), definition.arguments


def test_a_declared_model_keeps_its_fields_and_refuses_others() -> None:
    model, arguments = _declared(Declared)
    assert [a.variable for a in arguments] == ["content", "tone", "source"]
    assert set(_properties(model)) == {"content", "tone", "source"}
    with pytest.raises(ValidationError, match="mode"):
        model.model_validate({"content": "x", "mode": "background"})


def test_values_of_a_declared_model_travel_as_json_and_a_path_is_mere_text() -> None:
    _, arguments = _declared(Declared)
    values: dict[str, object] = {"content": "x", "tone": Tone.FORMAL, "source": pathlib.Path("/etc/passwd")}
    assert to_wire(arguments, to_jsonable_python(values), refuse_files) == (
        None,
        {"content": "x", "tone": "formal", "source": "/etc/passwd"},
    )


def test_a_declared_mapping_takes_variables_of_any_spelling() -> None:
    declared = {
        "고객명": (str, Field(description="Customer", max_length=3)),
        "count": int,
        "runtime": Field(description="m"),
    }
    declared["limit"] = (int, Field(default=3, gt=0))
    model, arguments = _declared(declared)
    keys = {argument.variable: argument.key for argument in arguments}
    properties = _properties(model)
    assert set(properties) == set(keys.values())
    assert properties[keys["count"]]["type"] == "integer"
    assert "Customer (variable 고객명)" in properties[keys["고객명"]]["description"]
    assert model.model_validate({keys["고객명"]: "ab", "count": 1, keys["runtime"]: "x"}).model_dump()["limit"] == 3
    with pytest.raises(ValidationError, match="at most 3"):
        model.model_validate({keys["고객명"]: "long", keys["count"]: 1, keys["runtime"]: "x"})


def test_a_conversational_app_keeps_its_message_beside_declared_variables() -> None:
    model, arguments = _declared({"region": str}, chats=True)
    assert set(_properties(model)) == {"message", "region"}
    assert to_wire(arguments, {"message": "hi", "region": "kr"}, refuse_files) == ("hi", {"region": "kr"})


def test_a_declared_field_that_can_not_be_an_argument_says_what_to_write_instead() -> None:
    class Korean(BaseModel):
        고객명: str

    class Aliased(BaseModel):
        name: str = Field(alias="userName")

    class Reserved(BaseModel):
        runtime: str

    for schema, named in ((Korean, "고객명"), (Aliased, "name"), (Reserved, "runtime")):
        with pytest.raises(ValueError, match=rf"{schema.__name__}: field '{named}'.*\{{'{named}': \(str, Field"):
            declared_schema("t", schema, chats=False)


@dataclass
class App:
    """An app as a list has it."""

    id: object = "APP"
    name: object = "Name"
    type: object = "single_action"
    description: object = None
    category: object = None


def test_an_app_takes_a_message_where_it_converses_or_has_nothing_else_to_take() -> None:
    def keys(kind: object, inputs: list[Input]) -> list[str]:
        return [argument.key for argument in describe_app(App(type=kind), inputs=inputs).arguments]

    assert keys("single_action", SUMMARY) == ["content", "tone"]
    assert keys("single_action", []) == ["message"]
    assert keys("campaign", []) == ["message"]
    assert keys("campaign", SUMMARY) == ["message", "content", "tone"]
    assert keys(None, []) == ["message"]


@pytest.mark.parametrize("name", ["계약서 요약", "", "x" * 3000, None, 7])
def test_a_description_begins_with_the_display_name_and_is_never_empty_or_long(name: object) -> None:
    described = describe_app(App(name=name, description="d" * 3000, category="HR")).description
    assert 0 < len(described) <= 1024
    assert described.startswith(name[:1000] if isinstance(name, str) and name else "Unnamed app")


def test_half_a_character_in_what_an_app_is_called_spoils_no_request() -> None:
    half = "a\ud800b"
    option = Option(half, "x")
    spec = describe_app(
        App(name=half, description=half, category=half),
        inputs=[Input("v", half, placeholder=half), Input("w", half, options=[option])],
    )
    shown = [spec.description, repr(spec.metadata), *(argument.description for argument in spec.arguments)]
    assert all("a\ufffdb" in text and text.encode() for text in shown)


def test_an_app_without_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="no id"):
        describe_app(App(id=None))
