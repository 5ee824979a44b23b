"""Passages as documents: the standard tests of LangChain, and what they don't ask."""

from typing import Any

import pytest
from alli_emulator import Emulator
from langchain_alli import AlliRetriever, acting_for
from langchain_core.documents import Document
from langchain_tests.integration_tests import RetrieversIntegrationTests

from tests.langchain_alli.desk import Desk, Way


def _answer(alli: Emulator) -> None:
    """The service finds as many passages as are asked for."""

    def found(request: Any) -> Any:
        limit = request.json()["max_document_clues"]
        return {
            "result": [
                {"text": f"passage {n}", "title": "rules.pdf", "page_no": n, "ranking": n, "score": 0.5}
                for n in range(1, limit + 1)
            ]
        }

    alli.answer("POST", "/webapi/retrieval", json=found)


class TestStandard(RetrieversIntegrationTests):
    """With the emulated service."""

    retriever_constructor = property(lambda _: AlliRetriever)
    retriever_query_example = property(lambda _: "How many days of leave?")

    @pytest.fixture(autouse=True)
    def _service(self, desk: Desk) -> None:
        _answer(desk.alli)
        self._desk = desk

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        """The clients of the emulated service."""
        return {"client": self._desk.client, "async_client": self._desk.async_client}


async def _found(way: Way, retriever: AlliRetriever, query: str, **arguments: Any) -> list[Document]:
    return retriever.invoke(query, **arguments) if way == "sync" else await retriever.ainvoke(query, **arguments)


async def test_a_passage_is_a_document_with_page_and_score(desk: Desk, way: Way) -> None:
    _answer(desk.alli)
    retriever = AlliRetriever(client=desk.client, async_client=desk.async_client, search={"hashtags": ["hr"]})
    with acting_for(user="emp-7"):
        first, *others = await _found(way, retriever, "leave", k=2)
    assert first == Document(
        page_content="passage 1", metadata={"title": "rules.pdf", "page": 1, "ranking": 1, "score": 0.5}
    )
    assert len(others) == 1
    (request,) = desk.runs()
    assert request.headers["own-user-id"] == "emp-7"
    assert "hr" in str(request.json())


def test_no_key_is_in_a_repr(desk: Desk) -> None:
    assert desk.alli.api_key not in repr(AlliRetriever(client=desk.client))
