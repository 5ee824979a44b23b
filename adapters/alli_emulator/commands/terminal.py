"""What the commands print, and how they end."""

from __future__ import annotations

import contextlib
import io
import logging
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, cast

__all__ = ["POLL_SECONDS", "complain", "log_requests", "print_any_name", "print_exports", "wait_for_signal"]

POLL_SECONDS = 0.3
"""How often a command looks for changed files."""


def print_exports(base_url: str, api_key: str | None) -> None:
    """The lines to paste into another terminal."""
    print(f"export ALLI_BASE_URL={base_url}")
    if api_key is not None:
        print(f"export ALLI_API_KEY={api_key}")
    print(f"# port {base_url.rpartition(':')[2]}; Ctrl-C stops it", flush=True)


def wait_for_signal(poll: Callable[[], None] | None = None) -> None:
    """Waits for SIGINT or SIGTERM, and calls `poll` now and then until it comes."""
    leave = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        leave.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    while not leave.wait(POLL_SECONDS if poll else None):
        if poll is not None:
            poll()


def log_requests() -> None:
    """One line per request, on standard output. Prompts, answers and keys are not in it."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", datefmt="%H:%M:%S"))
    log = logging.getLogger("alli_emulator")
    log.addHandler(handler)
    log.setLevel(logging.INFO)


def print_any_name() -> None:
    """The name of an app may be in any script, and the terminal's encoding in none."""
    # What stands in for a terminal in a test may not be able to.
    with contextlib.suppress(AttributeError):
        cast("io.TextIOWrapper[Any]", sys.stdout).reconfigure(errors="backslashreplace")


def complain(text: str) -> int:
    """Prints what is wrong in one line, and gives the exit status for it."""
    print(f"alli_emulator: {text}", file=sys.stderr)
    return 1
