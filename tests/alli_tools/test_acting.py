"""Whose calls these are, and which conversation they go on with."""

import asyncio
import logging
from collections.abc import MutableMapping
from typing import Any

import pytest
from alli import ConfigurationError
from alli_tools import AppTools, Caller, MemoryStore, acting_for

from tests.alli_tools.desk import Desk, Way, call

SAY = {"message": "hi"}


async def test_a_call_is_made_for_the_user_of_the_block_and_for_nobody_outside(desk: Desk, way: Way) -> None:
    tool = desk.tool("Chat")
    with acting_for(user="사용자"):
        assert (await call(way, tool, SAY)).text == "turn 1 for 사용자: hi"
    assert (await call(way, tool, SAY)).text == "turn 1 for nobody: hi"
    assert desk.runs[0].headers["own-user-id"].startswith("base64:")


async def test_an_inner_block_changes_what_it_names(desk: Desk) -> None:
    with acting_for(user="a", thread="t") as outer, acting_for(user="b") as inner:
        assert (outer, inner) == (Caller("a", "t"), Caller("b", "t"))


@pytest.mark.parametrize("given", [{"user": ""}, {"thread": ""}, {"user": 7}], ids=str)
def test_nobody_is_not_somebody(given: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"must be text that is not empty, or None, not (empty|int)"):
        acting_for(**given).__enter__()


async def test_tasks_keep_their_users_apart(desk: Desk) -> None:
    tool = desk.tool("Chat")

    async def ask(user: str) -> str:
        with acting_for(user=user, thread="same"):
            await tool.acall(SAY)
            return (await tool.acall(SAY)).text

    users = [f"emp-{number}" for number in range(5)]
    assert await asyncio.gather(*map(ask, users)) == [f"turn 2 for {user}: hi" for user in users]


async def test_two_users_never_share_a_conversation_whatever_the_thread_is_called(desk: Desk, way: Way) -> None:
    tool = desk.tool("Chat")
    said = []
    for user, thread in (("a", "t"), ("b", "t"), ("a", "t"), ("a", "u"), (None, "t")):
        with acting_for(user=user, thread=thread):
            said.append((await call(way, tool, SAY)).text)
    assert [text.split()[1] for text in said] == ["1", "1", "2", "1", "1"]


async def test_the_clients_own_user_counts_as_the_user(desk: Desk, way: Way) -> None:
    store: dict[str, Any] = {}
    for user, turn in (("a", 1), ("b", 1), ("a", 2)):
        tools = AppTools(
            client=desk.client.with_options(user_id=user),
            async_client=desk.async_client.with_options(user_id=user),
            search_term="Chat",
            options=desk.tool("Chat", store=store).options,
        )
        (tool,) = tools
        with acting_for(thread="t"):
            assert (await call(way, tool, SAY)).text == f"turn {turn} for {user}: hi"


async def test_without_a_thread_each_call_begins_a_conversation(desk: Desk, way: Way) -> None:
    tool = desk.tool("Chat")
    assert [(await call(way, tool, SAY)).text.split()[1] for _ in range(2)] == ["1", "1"]


async def test_a_store_of_the_application_outlives_the_tools_and_names_no_user(desk: Desk, way: Way) -> None:
    store: dict[str, Any] = {}
    for turn in (1, 2):
        with acting_for(user="emp-7", thread="thread-9"):
            assert (await call(way, desk.tool("Chat", store=store), SAY)).text == f"turn {turn} for emp-7: hi"
    assert len(store) == 1
    assert "emp-7" not in str(store)
    assert "thread-9" not in str(store)
    with acting_for(user="emp-7", thread="thread-9"):  # another store knows nothing of it
        assert (await call(way, desk.tool("Chat", store={}), SAY)).text == "turn 1 for emp-7: hi"


async def test_a_store_of_langgraph_keeps_conversations_too(desk: Desk, way: Way) -> None:
    memory = pytest.importorskip("langgraph.store.memory")
    store = memory.InMemoryStore()
    for turn in (1, 2):
        with acting_for(thread="t"):
            assert (await call(way, desk.tool("Chat", store=store), SAY)).text == f"turn {turn} for nobody: hi"
    assert len(store.search(("alli", "conversations"))) == 1


async def test_without_a_store_the_process_remembers(desk: Desk, way: Way) -> None:
    for turn in (1, 2):
        with acting_for(thread="t"):
            assert (await call(way, desk.tool("Chat"), SAY)).text == f"turn {turn} for nobody: hi"


class Broken(MutableMapping[str, Any]):
    """A store that can't write."""

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __setitem__(self, key: str, value: Any) -> None:
        raise OSError("disk full: SECRET")

    def __delitem__(self, key: str) -> None:
        raise KeyError(key)

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


async def test_an_answer_is_not_lost_because_its_conversation_can_not_be_kept(
    desk: Desk, way: Way, caplog: pytest.LogCaptureFixture
) -> None:
    with acting_for(thread="t"), caplog.at_level(logging.WARNING):
        assert (await call(way, desk.tool("Chat", store=Broken()), SAY)).text == "turn 1 for nobody: hi"
    assert "the conversation was not kept: OSError" in caplog.text
    assert "SECRET" not in caplog.text


def test_what_can_not_keep_conversations_is_refused_at_once(desk: Desk) -> None:
    with pytest.raises(ConfigurationError, match="store: must be a mutable mapping or a LangGraph store"):
        desk.tool("Chat", store=[])


def test_a_store_in_memory_forgets_what_was_used_longest_ago() -> None:
    store = MemoryStore(most=2)
    store["a"], store["b"] = 1, 2
    assert store["a"] == 1
    store["c"] = 3
    assert list(store) == ["a", "c"]
    del store["a"]
    assert dict(store) == {"c": 3}


@pytest.mark.parametrize("fault", [{"status": 404, "body": {"detail": "Not Found"}}, {"expire_conversation": True}])
async def test_a_conversation_that_is_gone_is_begun_anew_once(desk: Desk, way: Way, fault: dict[str, Any]) -> None:
    tool = desk.tool("Chat")
    with acting_for(thread="t"):
        first = await call(way, tool, SAY)
        desk.alli.fault(path_contains="/run", **fault)
        second, third = await call(way, tool, SAY), await call(way, tool, SAY)
    assert [one.text.split()[1] for one in (first, second, third)] == ["1", "1", "2"]
    assert second.artifact["alli"]["conversation_restarted"] is True


async def test_parallel_calls_never_write_to_one_conversation(desk: Desk) -> None:
    tool = desk.tool("Chat")
    with acting_for(thread="t"):
        await tool.acall(SAY)
        both = await asyncio.gather(tool.acall(SAY), tool.acall(SAY))
    assert sorted(one.text.split()[1] for one in both) == ["1", "2"]
