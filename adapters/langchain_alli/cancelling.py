"""Cancelling a call once, however often its caller is cancelled.

When one of several tool calls of a step fails, LangGraph cancels the others twice, the second time while they end. That
second cancellation would hit the HTTP library while it closes the connection: it would never be closed, and never be
given back to its pool (tests/langchain_alli/test_cancelling.py holds it).
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

__all__ = ["cancelled_once"]

_T = TypeVar("_T")


async def cancelled_once(work: Awaitable[_T]) -> _T:
    """What `work` gives, or raises. When this is cancelled so is `work`, once, and its end is waited for.

    `work` runs in a task of its own, with the context variables of this one.
    """

    async def run() -> _T:
        return await work

    task = asyncio.create_task(run())
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.cancel()
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                continue  # it has been told, and ends as fast as it can
        if not task.cancelled():
            task.exception()  # it ended otherwise meanwhile; whoever cancelled doesn't want to know how
        raise
