"""`python -m alli_emulator`: serves the emulator until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, cast

__all__ = ["main"]

DEFAULT_PORT = 8730


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; gives the exit status: 0 after Ctrl-C, 1 where it could not start."""
    options = _parser().parse_args(arguments)
    try:
        from alli_emulator import Emulator, MissingExtraError
        from alli_emulator.apps.app_file import AppFileError, apps_in
    except ImportError as error:
        return _complain(str(error))
    try:
        emulator = Emulator(
            api_key=options.api_key,
            host=options.host,
            port=options.port,
            pace=options.pace,
            profile=options.profile,
            run_shape=options.run_shape,
            message_format=options.message_format,
            apps=[app for path in options.apps for app in apps_in(path)],
        )
        if not options.quiet:
            _log_requests()
        emulator.start()
    except (MissingExtraError, AppFileError, FileNotFoundError, ValueError) as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(
            f"can't listen on {options.host}:{options.port}: {error.strerror}; is another program using the port? "
            "Choose another with --port, or a free one with --port 0"
        )
    _print_any_name()
    leave = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        leave.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    print(f"ALLI_BASE_URL={emulator.base_url}")
    print(f"ALLI_API_KEY={emulator.api_key}")
    for app in emulator.apps:
        print(f"# {app.type:<14} {app.id}  {app.name}")
    print("# Ctrl-C stops it", flush=True)
    leave.wait()
    emulator.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m alli_emulator", description="A local Alli service, no network.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="default %(default)s; 0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="default %(default)s")
    parser.add_argument("--api-key", default=None, help="the key to accept; default: a random one, which is printed")
    parser.add_argument("--apps", type=Path, action="append", default=[], metavar="FILE", help="Python file with @app")
    parser.add_argument(
        "--profile",
        choices=("observed", "documented"),
        default="observed",
        help="errors as the service was seen to tell them (default), or as its pages print them",
    )
    parser.add_argument("--run-shape", choices=("responses", "choices"), default="responses")
    parser.add_argument("--message-format", choices=("markdown", "draftjs"), default="markdown")
    parser.add_argument("--pace", type=float, default=0.03, help="seconds between two records of a stream")
    parser.add_argument("--quiet", action="store_true", help="no line per request")
    return parser


def _log_requests() -> None:
    """One line per request, on standard output. Prompts, answers and keys are not in it."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", datefmt="%H:%M:%S"))
    log = logging.getLogger("alli_emulator")
    log.addHandler(handler)
    log.setLevel(logging.INFO)


def _print_any_name() -> None:
    """The name of an app may be in any script, and the terminal's encoding in none."""
    # What stands in for a terminal in a test may not be able to.
    with contextlib.suppress(AttributeError):
        cast("io.TextIOWrapper[Any]", sys.stdout).reconfigure(errors="backslashreplace")


def _complain(text: str) -> int:
    print(f"alli_emulator: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
