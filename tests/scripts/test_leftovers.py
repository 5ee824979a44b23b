"""The check that no test leaves anything behind finds what is left, and blames nobody else."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.places import ROOT

CONFTEST = """
from tests import leftovers
from tests.conftest import _look_for_tasks, _no_task_is_left_behind, _nothing_is_left_behind

leftovers.PATIENCE = 0.1
"""

TESTS = """
import asyncio, socket, threading
from tests import leftovers

kept = []

def test_thread():
    kept.append(threading.Event())
    threading.Thread(target=kept[-1].wait, name="spinning", daemon=True).start()

def test_socket():
    kept.append(socket.create_server(("127.0.0.1", 0)))

async def test_task():
    kept.append(asyncio.create_task(asyncio.sleep(60), name="forgotten"))

def test_nothing():
    leftovers.PATIENCE = 10  # the thread ends soon, and on a busy machine a little later
    thread = threading.Thread(target=kept[0].wait, args=(0.01,))
    thread.start()
    with socket.create_server(("127.0.0.1", 0)):
        pass

async def test_task_that_ends():
    asyncio.create_task(asyncio.sleep(0.01))
"""


def test_a_test_that_leaves_a_thread_a_socket_or_a_task_behind_fails_and_the_others_pass(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, "utf-8")
    (tmp_path / "test_them.py").write_text(TESTS, "utf-8")
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "-p", "no:cacheprovider", "-o"]
    command = [sys.executable, "-m", "pytest", "-q", *options, f"pythonpath={ROOT}", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    blamed = re.findall(r"^ERROR \S*::(\w+)(?: - (.*))?$", done.stdout, re.MULTILINE)
    assert sorted(name for name, _ in blamed) == ["test_socket", "test_task", "test_thread"], done.stdout
    assert "the test leaves behind threads: spinning; open sockets: 0" in done.stdout
    assert "the test leaves behind threads: none; open sockets: 1" in done.stdout
    assert re.search(r"the test leaves tasks behind: .*forgotten", done.stdout)
    assert "5 passed, 3 errors" in done.stdout
