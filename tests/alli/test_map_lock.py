"""The resume file of `client.apps.map` belongs to one call at a time, and nobody waits for the disk: forks, cancellation, Windows."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from alli import Alli, AsyncAlli, InvalidArgumentError
from alli_emulator import Emulator

from tests.alli.client_kind import ClientKind
from tests.alli.test_map import Shouting, connected, once_released, texts

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
quiet_forks = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.jsonl"


@contextlib.contextmanager
def forked(work: Callable[[], None]) -> Iterator[None]:
    """A child that does `work` and then lives until the block is left; fails if `work` does."""
    ready, end = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work()
            os.write(ready[1], b"1")
            os.close(end[1])
            os.read(end[0], 1)
            os._exit(0)
        finally:
            os._exit(1)
    try:
        os.close(ready[1])
        assert os.read(ready[0], 1) == b"1"
        yield
    finally:
        os.close(end[1])
        status = os.waitpid(child, 0)[1]
        os.close(ready[0])
        os.close(end[0])
    assert os.waitstatus_to_exitcode(status) == 0


@forks
@quiet_forks
def test_a_forked_child_that_lives_on_does_not_keep_the_file(emulator: Emulator, file: Path) -> None:
    shouting = Shouting(emulator)
    with Alli(api_key=emulator.api_key, base_url=emulator.base_url) as client:
        items = client.apps.map(shouting.id, texts(4), concurrency=1, resume=file)
        next(items)
        with forked(lambda: None):
            assert len(list(items)) == 3
            assert list(client.apps.map(shouting.id, texts(4), resume=file)) == []


@forks
@quiet_forks
def test_a_forked_child_that_closes_its_copy_leaves_the_file_to_its_parent(emulator: Emulator, file: Path) -> None:
    shouting = Shouting(emulator)
    with Alli(api_key=emulator.api_key, base_url=emulator.base_url) as client:
        items: Any = client.apps.map(shouting.id, texts(4), concurrency=1, resume=file)
        next(items)
        with forked(items.close):
            with pytest.raises(InvalidArgumentError, match=r"rows\.jsonl is in use"):
                list(client.apps.map(shouting.id, texts(4), resume=file))
            assert len(list(items)) == 3
    assert len(file.read_text("utf-8").splitlines()) == 9


async def test_the_event_loop_goes_on_while_the_file_is_read_and_brought_to_the_disk(
    emulator: Emulator, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, real = asyncio.get_running_loop(), {"fsync": os.fsync, "dup": os.dup}
    waited: dict[str, list[bool]] = {name: [] for name in real}

    def slow(name: str) -> Callable[[int], int | None]:
        """Goes on when the loop has had a turn."""

        def wait(descriptor: int) -> int | None:
            if os.fstat(descriptor).st_ino != file.stat().st_ino:
                return real[name](descriptor)
            turned = threading.Event()
            loop.call_soon_threadsafe(turned.set)
            waited[name].append(turned.wait(10))
            return real[name](descriptor)

        return wait

    for name in real:
        monkeypatch.setattr(os, name, slow(name))  # the first step of reading, and the last of writing
    shouting = Shouting(emulator)
    async with AsyncAlli(api_key=emulator.api_key, base_url=emulator.base_url) as client:
        assert len([item async for item in client.apps.map(shouting.id, texts(3), resume=file)]) == 3
    assert all(waited["fsync"])
    assert waited["dup"] == [True]
    assert len(waited["fsync"]) >= 2


@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
async def test_cancelling_while_the_file_is_read_releases_it(
    emulator: Emulator, file: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    shouting = Shouting(emulator)
    reads, go_on, dup = threading.Event(), threading.Event(), os.dup

    def slow(file: int) -> int:
        reads.set()
        assert go_on.wait(10)
        return dup(file)

    async with AsyncAlli(api_key=emulator.api_key, base_url=emulator.base_url) as client:

        async def run() -> int:
            return len([item async for item in client.apps.map(shouting.id, texts(2), resume=file)])

        with monkeypatch.context() as patch:
            patch.setattr(os, "dup", slow)
            task = asyncio.create_task(run())
            while not reads.is_set():
                await asyncio.sleep(0.001)
            for _ in range(times):
                task.cancel()
                await asyncio.sleep(0.01)
            go_on.set()
            await asyncio.wait([task])
        assert task.cancelled()
        async with asyncio.timeout(10):
            while True:
                try:
                    assert await run() == 2
                    break
                except (
                    InvalidArgumentError
                ):  # after a second cancellation, nobody waits for the thread that releases it
                    assert times == 2
                    await asyncio.sleep(0.001)


async def test_a_disk_that_fails_ends_it(
    client_kind: ClientKind, emulator: Emulator, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_file: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match=r"Input/output error"):
            await client_kind.list(client.apps.map(shouting.id, texts(2), resume=file))

    # The sync client leaves rows that are being sent to their threads.
    await once_released(lambda: client_kind.list(client.apps.map(shouting.id, texts(2), resume=file)))
    assert len(shouting.ran) == len(set(shouting.ran))


class LocksOfWindows(ModuleType):
    """As `msvcrt` locks bytes: by place, for one descriptor."""

    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self) -> None:
        super().__init__("msvcrt")
        self.held: dict[tuple[int, int], int] = {}

    def locking(self, file: int, mode: int, count: int) -> None:
        place = (os.fstat(file).st_ino, os.lseek(file, 0, os.SEEK_CUR))
        assert count == 1
        assert place[1] > 1 << 30, "a locked byte of the content could not be read"
        if mode == self.LK_UNLCK:
            assert self.held.pop(place) == file
        elif place in self.held:
            raise OSError(errno.EACCES, "Permission denied")
        else:
            self.held[place] = file


async def test_on_windows_a_file_is_not_used_twice_at_once_either(
    client_kind: ClientKind, emulator: Emulator, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locks = LocksOfWindows()
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", locks)
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    items = client.apps.map(shouting.id, texts(3), resume=file, concurrency=1)
    given = 0
    async for _ in client_kind.each(items):
        given += 1
        with pytest.raises(InvalidArgumentError, match=r"rows\.jsonl is in use"):
            await client_kind.list(client.apps.map(shouting.id, texts(3), resume=file))
    assert given == 3
    assert locks.held == {}
    assert await client_kind.list(client.apps.map(shouting.id, texts(3), resume=file)) == []


async def test_a_system_without_locks_has_resume_files_too(
    client_kind: ClientKind, emulator: Emulator, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", None)
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    for expected in (2, 0):
        assert len(await client_kind.list(client.apps.map(shouting.id, texts(2), resume=file))) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks on this system")
async def test_a_shared_folder_without_locks_can_hold_the_file(
    client_kind: ClientKind, emulator: Emulator, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def fail(_file: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", fail)
    shouting = Shouting(emulator)
    client = connected(client_kind, emulator)
    for expected in (2, 0):
        assert len(await client_kind.list(client.apps.map(shouting.id, texts(2), resume=file))) == expected
