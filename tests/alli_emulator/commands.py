"""`python -m alli_emulator` in a separate process, while a test uses it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["command", "read_until"]


@contextmanager
def command(*arguments: str, **environment: str) -> Iterator[tuple[str, str]]:
    """`python -m alli_emulator` with these arguments while it runs: its address and key."""
    line = [sys.executable, "-W", "error", "-m", "alli_emulator", *arguments, "--port", "0"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ALLI_")}
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**clean, **environment}
    ) as process:
        shown = read_until(process, "Ctrl-C")
        assert process.stdout is not None
        assert process.stderr is not None
        # Read on, so that it never waits for a full pipe.
        reader = threading.Thread(target=process.stdout.read)
        reader.start()
        key = re.search(r"^export ALLI_API_KEY=(\S+)$", shown, re.MULTILINE)
        url = re.search(r"^export ALLI_BASE_URL=(\S+)$", shown, re.MULTILINE)
        assert url is not None
        try:
            yield url[1], key[1] if key else ""
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0, process.stderr.read()
            reader.join()


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """The lines that a program prints, up to the one with this text; it must not end before."""
    assert process.stdout is not None
    shown = ""
    while text not in shown:
        line = process.stdout.readline()
        assert line, (shown, process.stderr.read() if process.stderr else "")
        shown += line
    return shown
