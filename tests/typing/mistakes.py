"""Calls that a type checker must refuse. Each ignore is needed: `warn_unused_ignores` fails where the mistake is taken."""

from __future__ import annotations

from pathlib import Path

from alli import Alli, AsyncAlli


def wrong(client: Alli) -> None:
    client.apps.get(3)  # type: ignore[arg-type]
    client.apps.list(page_size="5")  # type: ignore[arg-type]
    client.apps.list("term")  # type: ignore[call-arg]
    client.apps.run("a1", inputs="text")  # type: ignore[arg-type]
    client.apps.run("a1", mode="sync")  # type: ignore[call-arg]
    client.apps.run_conversation("a1", files=["contract.pdf"])  # type: ignore[list-item]
    client.apps.run_conversation("a1", files=Path("contract.pdf"))  # type: ignore[arg-type]
    client.apps.create(name="x")  # type: ignore[call-arg]
    client.apps.update("a1", published="yes")  # type: ignore[arg-type]
    client.retrieval.search("q", hashtags_operator="xor")  # type: ignore[arg-type]
    client.answers.generate("q", search_from=["wiki"])  # type: ignore[list-item]
    client.with_options(http_client=None)  # type: ignore[call-arg]
    client.with_options(timeout="5")  # type: ignore[arg-type]


async def awrong(client: AsyncAlli) -> None:
    print(client.apps.get("a1").name)  # type: ignore[attr-defined]
    for _ in client.apps.list():  # type: ignore[attr-defined]
        pass
