"""Plain functions, from which frameworks make a schema by looking at them."""

import inspect
from typing import Any, Literal, get_type_hints

import pytest
from alli_tools.functions import NamedValue

from tests.alli_tools.desk import REWRITE, Desk, Way


@pytest.fixture(params=["sync", "async"])
def way(request: pytest.FixtureRequest) -> Way:
    """Whether a test takes the function or the coroutine function."""
    return request.param  # type: ignore[no-any-return]


async def _called(way: Way, tool: Any, *values: object, **named: object) -> str:
    if way == "sync":
        return str(tool.as_function()(*values, **named))
    return str(await tool.as_async_function()(*values, **named))


def test_signature_annotations_and_docstring_are_those_of_the_app(desk: Desk) -> None:
    tool = desk.tool("Rewrite")
    for function in (tool.as_function(), tool.as_async_function()):
        assert function.__name__ == tool.name
        assert str(inspect.signature(function)) == "(text: str, tone: Literal['plain', 'formal']) -> str"
        assert get_type_hints(function) == {"text": str, "tone": Literal["plain", "formal"], "return": str}
        assert inspect.getdoc(function) == (
            f"{tool.description}\n\nArgs:\n    text: Text\n    tone: Tone; plain = Plain; formal = 격식체\n\n"
            "Returns:\n    The app's answer as text."
        )
    assert inspect.iscoroutinefunction(tool.as_async_function())
    assert not inspect.iscoroutinefunction(tool.as_function())


def test_what_may_be_left_out_is_none_by_default(desk: Desk) -> None:
    parameters = inspect.signature(desk.tool("Chat").as_function()).parameters
    assert {name: one.default for name, one in parameters.items()} == dict.fromkeys(("message", "choices", "form"))
    assert parameters["choices"].annotation == list[int] | None
    assert parameters["form"].annotation == list[NamedValue] | None


async def test_arguments_come_by_name_or_in_their_order(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    assert await _called(way, tool, "a line", "plain") == "plain: a line"
    assert await _called(way, tool, "a line", tone="plain") == "plain: a line"
    assert await _called(way, tool, **REWRITE) == "formal: a line"
    for values, named in ((("a", "plain", "more"), {}), (("a",), {"text": "b"})):
        with pytest.raises(TypeError, match="takes each of its 2 arguments once: text, tone"):
            await _called(way, tool, *values, **named)


async def test_text_comes_back_also_for_what_was_not_sent_or_failed(desk: Desk, way: Way) -> None:
    tool = desk.tool("Rewrite")
    assert "tone is missing" in await _called(way, tool, text="x")
    assert "nope is not an argument" in await _called(way, tool, **REWRITE, nope=1)
    assert desk.runs == []
    assert "no such contract" in await _called(way, tool, "fail", "plain")
    desk.alli.fault(path_contains="/run", cut_after=100)
    assert "Do not call it again" in await _called(way, tool, **REWRITE)
    assert len(desk.runs) == 2


async def test_a_form_may_come_as_the_class_that_its_annotation_names(desk: Desk, way: Way) -> None:
    tool = desk.tool("Order", conversation=lambda *_: None)
    assert "There is no conversation" not in await _called(way, tool, "hi")
    assert "no conversation in which" in await _called(way, tool, form=[NamedValue("place", "Seoul")])
