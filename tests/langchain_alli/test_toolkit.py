"""Which apps become tools, and what is refused."""

from dataclasses import fields
from typing import Any

import pytest
from alli import ConfigurationError, PaginationError
from alli_emulator import AppRun
from alli_tools import AppTools
from langchain_alli import AlliToolkit
from langchain_core.tools import BaseTool
from pydantic import ValidationError

from tests.langchain_alli.desk import Desk, Way, get_tools, invoke

MINE = {"Rewrite", "고객 조회", "Contract check", "HR chat", "Auditor"}


def _display_names(tools: list[BaseTool]) -> set[str]:
    return {tool.description.split("\n")[0] for tool in tools}


async def test_every_published_app_is_one_tool(desk: Desk, way: Way) -> None:
    tools = await get_tools(way, desk.toolkit())
    listed = list(desk.client.apps.list(published=True))
    assert [(tool.metadata or {})["alli"]["app_id"] for tool in tools] == [app.id for app in listed]
    assert _display_names(tools) >= MINE
    assert len({tool.name for tool in tools}) == len(listed)


async def test_both_ways_give_the_same_tools(desk: Desk) -> None:
    toolkit = desk.toolkit()
    sync = [(tool.name, tool.description, tool.args) for tool in toolkit.get_tools()]
    assert [(tool.name, tool.description, tool.args) for tool in await toolkit.aget_tools()] == sync


async def test_single_action_apps_take_their_v1_inputs_from_one_list(desk: Desk, way: Way) -> None:
    tools = {tool.description.split("\n")[0]: tool for tool in await get_tools(way, desk.toolkit())}
    assert set(tools["Rewrite"].args) == {"content", "tone"}
    assert set(tools["HR chat"].args) == {"message", "choices", "form"}
    assert [r.path for r in desk.alli.requests].count("/webapi/apps") == 1
    assert "turn 1" in await invoke(way, tools["HR chat"], {"message": "hi"})


async def test_all_pages_are_read(desk: Desk, way: Way) -> None:
    for number in range(250):

        @desk.alli.app(name=f"Bulk {number}", type="campaign")
        def bulk(run: AppRun) -> str:
            return run.message

    tools = await get_tools(way, desk.toolkit(search_term="Bulk", max_tools=300))
    assert len(tools) == 250
    assert [r.path for r in desk.alli.requests].count("/webapi/v2/apps") == 3
    with pytest.raises(ValueError, match="250 tools, and max_tools is 100; choose some by ids"):
        await get_tools(way, desk.toolkit(search_term="Bulk"))


async def test_a_list_without_end_is_an_error_and_not_a_loop(desk: Desk, way: Way) -> None:
    app = {"id": "APP", "name": "App", "type": "campaign"}
    desk.alli.fault(path_contains="/v2/apps", status=200, body={"apps": [app], "cursor": "again"}, times=None)
    with pytest.raises(PaginationError):
        await get_tools(way, desk.toolkit())
    assert len(desk.alli.requests) == 2


async def test_filters_choose_the_apps(desk: Desk, way: Way) -> None:
    async def chosen(**filters: object) -> set[str]:
        return _display_names(await get_tools(way, desk.toolkit(**filters))) & (MINE | {"Draft"})

    chat = desk.app("HR chat").id
    assert await chosen(ids=[chat]) == {"HR chat"}
    assert await chosen(types=["campaign"]) == {"HR chat"}
    assert await chosen(types=["campaign", "agent"]) == {"HR chat", "Auditor"}
    assert await chosen(categories=["HR"]) == {"HR chat"}
    assert await chosen(search_term="Answers questions on leave") == {"HR chat"}
    assert await chosen(predicate=lambda app: app.name.startswith("A")) == {"Auditor"}
    assert await chosen(published=False) == {"Draft"}
    assert await chosen(published=None) == MINE | {"Draft"}


async def test_an_id_that_is_not_there_is_an_error_that_names_it(desk: Desk, way: Way) -> None:
    by_id: tuple[dict[str, Any], ...] = ({"names": {"nope": "x"}}, {"schemas": {"nope": {}}}, {"extras": {"nope": {}}})
    for what in ({"ids": ["nope"]}, {"return_direct": ["nope"]}, *by_id):
        for toolkit in (desk.toolkit(**what), desk.toolkit().model_copy(update=what)):
            with pytest.raises(ValueError, match=f"{next(iter(what))}: no app nope"):
                await get_tools(way, toolkit)


async def test_two_tools_of_one_name_are_refused_and_both_apps_named(desk: Desk, way: Way) -> None:
    chat, auditor = desk.app("HR chat").id, desk.app("Auditor").id
    with pytest.raises(ValueError, match="helper is taken by") as raised:
        await get_tools(way, desk.toolkit(names={chat: "helper", auditor: "helper"}))
    assert chat in str(raised.value)
    assert auditor in str(raised.value)
    with pytest.raises(ValueError, match="and by a reserved name"):
        await get_tools(way, desk.toolkit(names={chat: "helper"}, reserved_names=["helper"]))


async def test_names_and_schemas_of_ones_own_are_used(desk: Desk, way: Way) -> None:
    chat, rewrite = desk.app("HR chat").id, desk.app("Rewrite").id
    toolkit = desk.toolkit(ids=[chat, rewrite], names={chat: "leave"}, schemas={rewrite: {"content": str}}, naming="id")
    tools = {(tool.metadata or {})["alli"]["app_id"]: tool for tool in await get_tools(way, toolkit)}
    assert tools[chat].name == "leave"
    assert "rewrite" not in tools[rewrite].name
    assert set(tools[rewrite].args) == {"content"}


async def test_without_clients_the_environment_is_read(desk: Desk, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLI_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="ALLI_API_KEY"):
        await get_tools(way, AlliToolkit())
    monkeypatch.setenv("ALLI_API_KEY", desk.alli.api_key)
    monkeypatch.setenv("ALLI_BASE_URL", desk.alli.base_url)
    async with AlliToolkit() as toolkit:
        assert _display_names(await get_tools(way, toolkit)) >= MINE
        assert desk.alli.api_key not in repr(toolkit)
    with pytest.raises(ConfigurationError, match="closed"):
        toolkit.refresh()
        await get_tools(way, toolkit)


async def test_a_missing_client_is_an_error_that_says_which(desk: Desk, way: Way) -> None:
    toolkit = AlliToolkit(async_client=desk.async_client) if way == "sync" else AlliToolkit(client=desk.client)
    with pytest.raises(ConfigurationError, match=r"pass (client=Alli|async_client=AsyncAlli)\(\)"):
        await get_tools(way, toolkit)


def test_a_mistake_in_the_settings_is_told_at_once(desk: Desk) -> None:
    with pytest.raises(ValidationError, match="search"):
        desk.toolkit(search="x")
    with pytest.raises(ValueError, match="names: app x: tool name 'Bad Name'"):
        desk.toolkit(names={"x": "Bad Name"})


async def test_the_clients_may_be_given_by_their_places(desk: Desk, way: Way) -> None:
    make: Any = AlliToolkit
    tools = await get_tools(way, make(desk.client, desk.async_client, types=["campaign"]))
    assert [tool.name for tool in tools] == [
        tool.name for tool in await get_tools(way, desk.toolkit(types=["campaign"]))
    ]
    with pytest.raises(ValidationError, match="typo"):
        make(desk.client, typo=1)


def test_a_toolkit_takes_what_app_tools_take_with_the_same_defaults() -> None:
    plain = {each.name: getattr(AppTools(), each.name) for each in fields(AppTools) if each.init}
    assert AlliToolkit.model_fields.keys() - plain.keys() == {"extras", "return_direct"}
    assert [name for name in AlliToolkit.model_fields if name in plain] == list(plain)
    del plain["options"]  # LangChain's have a few more
    assert {name: getattr(AlliToolkit(), name) for name in plain} == plain
