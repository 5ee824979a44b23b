"""The service's lists may hold anything; what is an app in them becomes a tool."""

from typing import Any

from tests.langchain_alli.desk import Desk, Way, get_tools, invoke

APPS: list[Any] = [
    None,
    "text",
    {"name": "without an id"},
    {"id": None, "name": "null"},
    {"id": 5, "name": "number"},
    {"id": "a1", "name": None, "type": None, "description": {"x": 1}, "published": None},
    {"id": "a2", "name": "Odd inputs", "type": "single_action", "category": "X", "published": True},
]
INPUTS: list[Any] = [
    None,
    "text",
    {"value": 5},
    {"value": "plain", "name": None, "inputType": None, "options": None},
    {
        "value": "picked",
        "name": "Pick",
        "options": [None, "text", {}, {"name": "by name"}, {"value": 2, "name": "two"}],
    },
]


async def test_what_is_no_app_or_no_input_is_left_out(desk: Desk, way: Way) -> None:
    desk.alli.fault(path_contains="/v2/apps", status=200, body={"apps": APPS, "cursor": None})
    v1 = {"result": [None, {"inputs": INPUTS}, {"id": "a2", "inputs": INPUTS}]}
    desk.alli.fault(path_contains="/webapi/apps", status=200, body=v1)
    first, second = await get_tools(way, desk.toolkit(published=None))
    assert [tool.metadata["alli"]["app_id"] for tool in (first, second) if tool.metadata] == ["a1", "a2"]
    assert first.description.startswith("Unnamed app")
    assert list(first.args) == ["message", "choices", "form"]
    assert list(second.args) == ["plain", "picked"]
    assert second.args["picked"]["enum"] == ["by name", "2"]
    desk.alli.fault(path_contains="/run", status=200, body={"result": {"responses": [{"id": "1", "message": "ok"}]}})
    assert await invoke(way, second, {"plain": "x", "picked": "2"}) == "ok"
    assert desk.runs()[-1].json()["inputs"] == {"plain": "x", "picked": 2}
