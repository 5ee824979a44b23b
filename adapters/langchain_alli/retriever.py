"""Passages of the project's documents as LangChain documents."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

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


class AlliRetriever(BaseRetriever):
    """Finds passages by `client.retrieval.search`, the best first; for whom it searches is found as for tools.

    A document's metadata has `title`, `page`, `ranking` (its place, from 1) and what else the service says, such as a
    `score`; what it leaves out is missing.
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
    user: UserResolver = user_from_context
    """Finds the user a search is made for: `resolver(context)` or `resolver(context, runtime)`."""

    _clients: Clients = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """Share one pair of clients among all searches."""
        self._clients = Clients(self.client, self.async_client)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **arguments: Any
    ) -> list[Document]:
        client = self._clients.blocking()
        user = self._user()
        found = (client if user is None else client.with_options(user_id=user)).retrieval
        return _documents(found.search(query, **self._arguments(arguments)))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **arguments: Any
    ) -> list[Document]:
        client = self._clients.awaiting()
        user = self._user()
        found = (client if user is None else client.with_options(user_id=user)).retrieval
        return _documents(await found.search(query, **self._arguments(arguments)))

    def _arguments(self, given: Mapping[str, Any]) -> dict[str, Any]:
        arguments: dict[str, Any] = {"k": self.k, **self.search, **given}
        return {"limit": arguments.pop("k"), **arguments}

    def _user(self) -> str | None:
        host = GraphHost(None, ())
        user = host.find_user(self.user)
        return user if user is None or isinstance(user, str) else str(user)


def _documents(passages: "Iterable[Passage]") -> list[Document]:
    return [_document(passage) for passage in passages]


def _document(passage: "Passage") -> Document:
    said = {"title": passage.title, "page": passage.page_no, "ranking": passage.ranking}
    metadata = {name: value for name, value in said.items() if value is not None}
    return Document(page_content=passage.text or "", metadata={**passage.extra, **metadata})
