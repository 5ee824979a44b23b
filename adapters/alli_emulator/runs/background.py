"""Runs that nobody waits for: each goes on in its conversation until its end, or until it is stopped."""

from __future__ import annotations

import asyncio
import logging
import threading

from alli_emulator.apps.conversations import Chat, Conversation
from alli_emulator.apps.model import AppFailure
from alli_emulator.runs.app_errors import AppCrash
from alli_emulator.runs.jobs import Job

__all__ = ["BackgroundRuns"]

_log = logging.getLogger("alli_emulator")


class BackgroundRuns:
    """The background runs under way. `clear` may be called from any thread, the rest on the server's loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[asyncio.Task[None], tuple[Conversation, Job]] = {}

    def start(self, conversation: Conversation, job: Job) -> None:
        """Lets a job run in its conversation."""
        task = asyncio.get_running_loop().create_task(_finish(job))
        with self._lock:
            self._runs[task] = conversation, job
        task.add_done_callback(self._forget)

    def running(self) -> set[str]:
        """Ids of the conversations in which a run goes on."""
        with self._lock:
            return {conversation.id for conversation, _ in self._runs.values()}

    def chats(self, conversation: Conversation) -> list[Chat]:
        """All that was said in a conversation, with what a run has said so far."""
        with self._lock:
            jobs = [job for one, job in self._runs.values() if one is conversation]
        said = {chat.id: chat for job in jobs for chat in job.turn.chats()}
        return [*({chat.id: chat for chat in conversation.chats} | said).values()]

    async def stop(self, conversation: Conversation) -> None:
        """Ends the runs of a conversation, and waits for that. What they have said stays in it."""
        with self._lock:
            tasks = [task for task, (one, _) in self._runs.items() if one is conversation]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def clear(self) -> None:
        """Ends all runs."""
        with self._lock:
            tasks = [*self._runs]
        for task in tasks:
            task.get_loop().call_soon_threadsafe(task.cancel)

    def _forget(self, task: asyncio.Task[None]) -> None:
        with self._lock:
            del self._runs[task]


async def _finish(job: Job) -> None:
    try:
        await job.finish()
    except asyncio.CancelledError:
        job.turn.finish(stays_open=True)
        raise
    except (AppCrash, AppFailure):
        job.turn.finish(stays_open=job.stays_open)
        _log.exception("app of type %s failed in the background", job.app.type)
