"""Passages of documents as LangChain's documents; LangChain's own tests for retrievers, against the emulator."""

from collections.abc import Iterator
from typing import Any

import pytest
from alli import Alli, APIStatusError, AsyncAlli, ConfigurationError
from alli_emulator import Emulator, RequestRecord
from langchain.agents import create_agent
from langchain_alli import AlliRetriever, acting_for
from langchain_alli.testing import ScriptedChatModel, call_tool
from langchain_core.documents import Document
from langchain_core.tools import create_retriever_tool
from langchain_tests.integration_tests import RetrieversIntegrationTests
from pydantic import ValidationError

from tests.langchain_alli.desk import Desk, Way

PATH = "/webapi/retrieval"


def passages(request: RequestRecord) -> dict[str, object]:
    """As many as are asked for, as the service gives them."""
    count = request.json.get("maxDocumentClues", 3)
    pages = range(1, count + 1)
    return {"result": [{"ranking": n, "title": f"Title {n}", "text": f"Text {n}", "page_no": n + 1} for n in pages]}


@pytest.fixture
def served(desk: Desk) -> Desk:
    """A service that finds passages."""
    desk.alli.answer("POST", PATH, json=passages)
    return desk


def retriever(desk: Desk, **fields: Any) -> AlliRetriever:
    return AlliRetriever(client=desk.client, async_client=desk.async_client, **fields)


async def find(way: Way, retriever: AlliRetriever, question: str = "leave", **arguments: Any) -> list[Document]:
    if way == "sync":
        return retriever.invoke(question, **arguments)
    return await retriever.ainvoke(question, **arguments)


class TestStandard(RetrieversIntegrationTests):
    """LangChain's own tests."""

    @pytest.fixture(autouse=True)
    def _served(self, alli: Emulator) -> Iterator[None]:
        alli.answer("POST", PATH, json=passages)
        with Alli(api_key=alli.api_key, base_url=alli.base_url) as client:
            self.clients = {
                "client": client,
                "async_client": AsyncAlli(api_key=alli.api_key, base_url=alli.base_url),
            }
            yield

    @property
    def retriever_constructor(self) -> type[AlliRetriever]:
        return AlliRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return self.clients

    @property
    def retriever_query_example(self) -> str:
        return "How many days of leave?"


async def test_a_document_is_the_passage_with_title_page_and_ranking_and_what_else_there_is(
    desk: Desk, way: Way
) -> None:
    full = {"ranking": 1, "title": "Leave", "text": "15 days", "page_no": 2, "score": 0.5}
    desk.alli.answer("POST", PATH, json={"result": [full, {"text": None}]}, undocumented=True)
    assert await find(way, retriever(desk)) == [
        Document("15 days", metadata={"title": "Leave", "page": 2, "ranking": 1, "score": 0.5}),
        Document("", metadata={}),
    ]


async def test_arguments_of_a_call_take_the_place_of_the_retrievers(served: Desk, way: Way) -> None:
    search = {"hashtags": ["hr"], "hashtags_operator": "and", "target_folders": ["Handbook"]}
    found = await find(way, retriever(served, k=2, search=search), k=1, hashtags=["it"])
    assert len(found) == 1
    assert served.runs()[-1].json == {
        "question": "leave",
        "maxDocumentClues": 1,
        "max_document_clues": 1,
        "hashtags": ["it"],
        "hashtags_operator": "and",
        "targetFolders": ["Handbook"],
    }


async def test_what_is_no_argument_of_the_search_is_refused_before_anything_is_sent(served: Desk, way: Way) -> None:
    with pytest.raises(TypeError, match="top_k"):
        await find(way, retriever(served), top_k=1)
    with pytest.raises(ValidationError, match="top_k"):
        retriever(served, top_k=1)
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        retriever(served, k=0)
    assert not served.alli.requests


async def test_documents_are_searched_for_the_user_of_the_block(served: Desk, way: Way) -> None:
    found = retriever(served)
    with acting_for(user="emp-7"):
        await find(way, found)
    await find(way, found)
    await find(way, retriever(served, user=lambda _: "emp-8"))
    assert [run.headers.get("own-user-id") for run in served.runs()] == ["emp-7", None, "emp-8"]
    for user, problem in (("", "gave an empty user"), (7, "must give text or None, not int")):
        with pytest.raises(ConfigurationError, match=problem):
            await find(way, retriever(served, user=lambda _, user=user: user))
    assert len(served.runs()) == 3


async def test_an_agents_tool_searches_for_the_user_of_the_agents_context(served: Desk, way: Way) -> None:
    tool = create_retriever_tool(retriever(served, k=1), "handbook", "Searches the handbook.")
    model = ScriptedChatModel(script=[call_tool("handbook", query="leave"), "15 days."])
    agent: Any = create_agent(model, [tool], context_schema=dict)
    given = {"messages": [{"role": "user", "content": "How many days?"}]}
    if way == "sync":
        answer = agent.invoke(given, context={"alli_user": "emp-7"})
    else:
        answer = await agent.ainvoke(given, context={"alli_user": "emp-7"})
    assert answer["messages"][-2].text == "Text 1"
    assert [run.headers.get("own-user-id") for run in served.runs()] == ["emp-7"]


async def test_neither_client_stands_in_for_the_other(served: Desk, way: Way) -> None:
    other = {"async_client": served.async_client} if way == "sync" else {"client": served.client}
    with pytest.raises(ConfigurationError, match="only (async_)?client was given"):
        await find(way, AlliRetriever(**other))
    assert not served.alli.requests


async def test_a_copy_with_other_clients_asks_those(served: Desk, way: Way) -> None:
    with Emulator() as second:
        second.answer("POST", PATH, json={"result": []})
        with Alli(api_key=second.api_key, base_url=second.base_url) as client:
            async with AsyncAlli(api_key=second.api_key, base_url=second.base_url) as async_client:
                copy = retriever(served).model_copy(update={"client": client, "async_client": async_client})
                assert await find(way, copy) == []
    assert not served.alli.requests


async def test_a_refused_search_raises_as_the_client_does(desk: Desk, way: Way) -> None:
    desk.alli.answer("POST", PATH, status=403, json={"detail": "no"})
    with pytest.raises(APIStatusError):
        await find(way, retriever(desk))


def test_a_subclass_may_have_fields_of_its_own(served: Desk) -> None:
    class Ours(AlliRetriever):
        team: str = "hr"

    assert len(Ours(client=served.client).invoke("leave")) == 3


def test_its_repr_shows_no_client(desk: Desk) -> None:
    shown = repr(retriever(desk, k=2))
    assert "k=2" in shown
    assert "lient" not in shown
    assert desk.alli.api_key not in shown
