"""`python -m alli_emulator`: serves the emulator until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType

__all__ = ["main"]

DEFAULT_PORT = 8730


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; gives the exit status: 0 after Ctrl-C, 1 where it could not start."""
    options = _parser().parse_args(arguments)
    try:
        from alli_emulator import Emulator, MissingExtraError
    except ImportError as error:
        return _complain(str(error))
    try:
        emulator = Emulator(api_key=options.api_key, host=options.host, port=options.port, pace=options.pace)
        emulator.start()
    except MissingExtraError as error:
        return _complain(str(error))
    except FileNotFoundError as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(
            f"can't listen on {options.host}:{options.port}: {error.strerror}; is another program using the port? "
            "Choose another with --port, or a free one with --port 0"
        )
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
    parser.add_argument("--pace", type=float, default=0.03, help="seconds between two records of a stream")
    return parser


def _complain(text: str) -> int:
    print(f"alli_emulator: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
