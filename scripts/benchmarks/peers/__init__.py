"""Who is measured: each peer does the same jobs in its own way, and is imported in a separate process.

A peer's module has a class `Peer`, made with a base URL, and any of these methods; a job it has no method for is none of
its jobs.

    call() -> str                     one question, its answer's text
    async open() / acall() / shut()   the same with its async client
    astream() -> AsyncIterator[str]   the texts of a streamed answer, by the async client
    async aupload(path)               sends a file, by the async client
    ask_tool() -> Callable[[], str]   a tool of no framework that asks the question, ready to be called
    rows(count) -> int                asks the question so many times, 16 at a time; how many were answered
    walk() -> int                     a list of items, page by page; how many there were
    stream() -> Iterator[str]         the texts of a streamed answer, as they arrive
    upload(path)                      sends a file
    texts() -> int                    an answer of many messages, each one's text read; how many there were
    tool() -> Callable[[], str]       a LangChain tool that asks the question, ready to be called
    tools() -> int                    LangChain tools for a list of apps; how many
    close()
"""

from __future__ import annotations

__all__ = ["NAMES", "PROMPT"]

NAMES = {
    "alli-sdk": "alli_sdk",
    "alli aiohttp": "alli_aiohttp",
    "httpx": "bare_httpx",
    "httpx2": "bare_httpx2",
    "requests": "bare_requests",
    "raw client": "raw_client",
    "openai": "openai_sdk",
    "anthropic": "anthropic_sdk",
}
"""Peers by the name they are shown under; the module of each."""

PROMPT = "What is unusual about this contract? " * 12
"""What is asked."""
