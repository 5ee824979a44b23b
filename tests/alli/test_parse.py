"""`RunResult.parse`: the one JSON value in an answer, as it is or as a type."""

from __future__ import annotations

import dataclasses
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, NotRequired, TypedDict
from uuid import UUID

import alli
import pydantic
import pytest
from alli import AnswerFormatError, RunResult

from tests.programs import printed_by


def answer(*texts: str) -> RunResult:
    return RunResult.from_payload({"result": {"responses": [{"message": text} for text in texts]}})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        (" [1, 2]\n", [1, 2]),
        ("7", 7),
        ("null", None),
        ('Here it is:\n```json\n{"a": 1}\n```\nAnything else?', {"a": 1}),
        ("~~~\n[1]\n~~~", [1]),
        ('````\n{"a": "```"}\n````', {"a": "```"}),
        ('  ```JSON\n  {"a":\n  1}\n  ```', {"a": 1}),
        ('```python\nprint({})\n```\n```json\n{"a": 1}\n```', {"a": 1}),
        ('The result is {"a": {"b": [1, 2]}}, as it says in [1] and [2].', {"a": {"b": [1, 2]}}),
        ("Items: [1, 2, 3] in all.", [1, 2, 3]),
        ('Use {braces} for {"a": "}{"} here', {"a": "}{"}),
    ],
)
def test_the_one_value_is_found_bare_fenced_or_among_words(text: str, value: object) -> None:
    assert answer(text).parse() == value


def test_a_value_may_stand_in_one_of_several_messages() -> None:
    assert answer("Let me look.", '{"a": 1}', "Anything else?").parse() == {"a": 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no JSON value"),
        ("No JSON here", "holds no JSON value"),
        ('{"a": ', "holds no JSON value"),
        ('{"a": 1} or {"a": 2}', "holds 2 JSON objects"),
        ('```\n{"a": 1}\n```\n```\n{"a": 2}\n```', "holds 2 fenced blocks"),
        ("[1] and [2]", "holds 2 JSON arrays"),
        ("[" * 100_000, "holds no JSON value"),
    ],
    ids=["empty", "words", "cut", "two objects", "two blocks", "two arrays", "too deep"],
)
def test_none_or_more_than_one_is_an_error(text: str, words: str) -> None:
    with pytest.raises(AnswerFormatError, match=words) as caught:
        answer(text).parse()
    assert isinstance(caught.value, ValueError)
    assert caught.value.request_sent


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@dataclasses.dataclass
class Line:
    name: str
    count: int = 1


@dataclasses.dataclass
class Order:
    lines: list[Line]
    due: date
    size: Size = Size.SMALL
    note: str | None = None


class Person(TypedDict):
    name: str
    age: NotRequired[int]


class Invoice(pydantic.BaseModel):
    number: str
    total: float
    lines: list[Line] = []


ORDER = '{"lines": [{"name": "lamp", "count": 2}, {"name": "chair"}], "due": "2026-11-28", "size": "l", "more": 1}'
TYPES: list[tuple[str, Any, Any]] = [
    (ORDER, Order, Order([Line("lamp", 2), Line("chair")], date(2026, 11, 28), Size.LARGE)),
    ('{"name": "Kim", "age": 3}', Person, {"name": "Kim", "age": 3}),
    ('{"name": "Kim"}', Person, {"name": "Kim"}),
    (
        '{"number": "7", "total": 1, "lines": [{"name": "a"}]}',
        Invoice,
        Invoice(number="7", total=1.0, lines=[Line("a")]),
    ),
    ('[{"number": "7", "total": 1}]', list[Invoice], [Invoice(number="7", total=1)]),
    ('{"a": {"name": "x"}}', dict[str, Line], {"a": Line("x")}),
    ("1", int, 1),
    ("2.0", int, 2),
    ("1", float, 1.0),
    ('"a"', str, "a"),
    ("true", bool, True),
    ("null", int | None, None),
    ("3", str | int, 3),
    ('"b"', Literal["a", "b"], "b"),
    ('[1, "a"]', tuple[int, str], (1, "a")),
    ("[1, 1]", set[int], {1}),
    ('"l"', Size, Size.LARGE),
    ('"123e4567-e89b-12d3-a456-426614174000"', UUID, UUID("123e4567-e89b-12d3-a456-426614174000")),
    ("5", Annotated[int, "years"], 5),
    ('{"a": [1]}', Any, {"a": [1]}),
    ('{"a": [1]}', dict, {"a": [1]}),
]


@pytest.mark.parametrize(("text", "kind", "value"), TYPES, ids=lambda value: getattr(value, "__name__", None))
def test_a_value_is_read_as_a_type(text: str, kind: Any, value: object) -> None:
    parsed = answer(text).parse(kind)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ('{"lines": [{"name": 7}], "due": "2026-11-28"}', Order, r"lines\[0\]\.name must be text, not a number"),
        ('{"lines": [], "due": "secret"}', Order, "due must be text of a date"),
        ('{"lines": []}', Order, "lacks due"),
        ('{"age": 3}', Person, "lacks name"),
        ('{"name": "secret", "age": "secret"}', Person, "age must be a whole number, not text"),
        ('{"number": "secret", "total": "secret"}', Invoice, "total: float_parsing"),
        ('{"a": {"count": 1}}', dict[str, Line], "a lacks name"),
        ('["secret"]', list[int], r"\[0\] must be a whole number"),
        ('"secret"', Literal["a"], "must be one of 'a'"),
        ("true", int, "must be a whole number, not true or false"),
        ("1.5", int, "must be a whole number"),
        ('"secret"', Size, "must be a Size"),
        ('"secret"', int | None, "whole number.*; or .*null"),
        ("[1]", tuple[int, int], "array of 2 items"),
    ],
)
def test_what_does_not_fit_is_named_by_place_and_type_and_never_by_value(text: str, kind: Any, words: str) -> None:
    with pytest.raises(AnswerFormatError, match=words) as caught:
        answer(text).parse(kind)
    error = caught.value
    assert "secret" not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_a_message_of_a_model_s_own_validator_is_not_repeated() -> None:
    class Careless(pydantic.BaseModel):
        name: str

        @pydantic.field_validator("name")
        @classmethod
        def _refuse(cls, value: str) -> str:
            raise ValueError(f"no {value}")

    with pytest.raises(AnswerFormatError, match="name: value_error") as caught:
        answer('{"name": "secret"}').parse(Careless)
    assert "secret" not in str(caught.value)


def test_a_type_that_json_can_not_be_read_into_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="not a type that JSON can be read into"):
        answer("{}").parse(bytes)


def test_pydantic_is_not_needed_for_dataclasses_and_typed_dicts() -> None:
    program = """
import sys; sys.modules["pydantic"] = sys.modules["pydantic_core"] = None
from dataclasses import dataclass
from typing import TypedDict
import alli
@dataclass
class Line:
    name: str
class Order(TypedDict):
    lines: list[Line]
result = alli.RunResult.from_payload({"result": {"responses": [{"message": '{"lines": [{"name": "a"}]}'}]}})
assert result.parse(Order) == {"lines": [Line("a")]}
"""
    printed_by(program)


OFFER = {
    "message": "What do you want?",
    "chatOptionInfos": [{"shortenOption": "Lam…", "longOption": "Lamp"}, {"shortenOption": "Chair"}, 7],
    "form": [{"name": "size", "label": "Size", "type": "text", "required": True}, {"name": "color"}, "odd"],
}


def test_a_message_says_what_it_offers_and_asks_for() -> None:
    message = RunResult.from_payload({"result": {"responses": [OFFER]}}).messages[0]
    assert [(choice.index, choice.text) for choice in message.choices] == [(0, "Lamp"), (1, "Chair"), (2, "")]
    assert message.form is not None
    assert [(field.name, field.label, field.type, field.required) for field in message.form] == [
        ("size", "Size", "text", True),
        ("color", "color", None, None),
        (None, None, None, None),
    ]
    assert "Lamp" not in repr(message) + repr(message.choices)


def test_a_message_that_offers_nothing_has_no_choices_and_no_form() -> None:
    (message,) = answer("Hello").messages
    assert (message.choices, message.form) == ([], None)
    assert (alli.Message(text="x").choices, alli.Message(text="x").form) == ([], None)
