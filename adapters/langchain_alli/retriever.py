"""Passages of the project's documents as LangChain documents."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from alli import Alli, AsyncAlli
from alli_tools import UserResolver
from alli_tools.clients import Clients
from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field, PrivateAttr

from .calls.graph_host import GraphHost
from .calls.identity import user_from_context

if TYPE_CHECKING:
    from alli import Passage

__all__ = ["AlliRetriever"]

_Client = TypeVar("_Client", Alli, AsyncAlli)


class AlliRetriever(BaseRetriever):
    """Passages of the project's documents that fit a question, the best first: `client.retrieval.search` for LangChain.

        retriever = AlliRetriever(k=5)  # ALLI_API_KEY
        documents = retriever.invoke("How many days of leave?")

    `page_content` is the passage. `metadata` has `title`, `page` (as the service counts), `ranking` (its place, from 1) and
    any other field that the service gives, such as a `score`; what it leaves out is missing. No score is documented.

    `invoke` needs `client` and `ainvoke` needs `async_client`; neither stands in for the other.

    Raises (`invoke`, `ainvoke`):
        ConfigurationError: a client is missing, or the environment lacks ALLI_API_KEY; or `user` gave no usable id.
        AlliError: as `client.retrieval.search`.
        TypeError: an argument is not one that `client.retrieval.search` takes.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid", hide_input_in_errors=True)

    client: Alli | None = Field(default=None, repr=False, exclude=True)
    """For synchronous calls. With neither client given, both are made from the environment."""
    async_client: AsyncAlli | None = Field(default=None, repr=False, exclude=True)
    """For asynchronous calls."""
    k: int = Field(default=3, ge=1)
    """How many passages to give; also an argument of `invoke`."""
    search: Mapping[str, Any] = Field(default_factory=dict)
    """Other arguments of `client.retrieval.search`, such as `hashtags`; `invoke` takes them, too."""
    user: UserResolver = Field(default=user_from_context, repr=False, exclude=True)
    """Finds the user a search is made for: `resolver(context)` or `resolver(context, runtime)`."""

    _clients: Clients = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """Share one pair of clients among all searches."""
        self._clients = Clients(self.client, self.async_client)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **arguments: Any
    ) -> list[Document]:
        retrieval = self._for_user(self._current_clients().blocking()).retrieval
        return _documents(retrieval.search(query, **self._arguments(arguments)))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **arguments: Any
    ) -> list[Document]:
        retrieval = self._for_user(self._current_clients().awaiting()).retrieval
        return _documents(await retrieval.search(query, **self._arguments(arguments)))

    def _arguments(self, given: Mapping[str, Any]) -> dict[str, Any]:
        arguments: dict[str, Any] = {"k": self.k, **self.search, **given}
        return {"limit": arguments.pop("k"), **arguments}

    def _for_user(self, client: _Client) -> _Client:
        user = GraphHost(None, ()).checked_user(self.user)
        return client if user is None else client.with_options(user_id=user)

    def _current_clients(self) -> Clients:
        """The clients. A copy with others (`model_copy`) gets its own pair here."""
        if self._clients.given != (self.client, self.async_client):
            self._clients = Clients(self.client, self.async_client)
        return self._clients


def _documents(passages: "Iterable[Passage]") -> list[Document]:
    return [_document(passage) for passage in passages]


def _document(passage: "Passage") -> Document:
    said = {"title": passage.title, "page": passage.page_no, "ranking": passage.ranking}
    metadata = {name: value for name, value in said.items() if value is not None}
    return Document(page_content=passage.text or "", metadata={**passage.extra, **metadata})
