"""`python -m alli_emulator`: serves the emulator until Ctrl-C, or a recording."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from alli_emulator.apps.app_file import AppFile, AppFileError
from alli_emulator.commands.terminal import complain, log_requests, print_any_name, print_exports, wait_for_signal
from alli_emulator.emulator import Emulator
from alli_emulator.recording.cassette import RecordingError
from alli_emulator.runs.latency import Latency

__all__ = ["DEFAULT_PORT", "serve"]

DEFAULT_PORT = 8730


def serve(arguments: Sequence[str]) -> int:
    """Runs the command; gives the exit status: 0 after Ctrl-C, 1 where it could not start."""
    options = _parser().parse_args(arguments)
    files: list[AppFile] = []
    for path in options.apps:
        try:
            files.append(AppFile(path))
        except AppFileError as error:
            return complain(str(error))
        except (ValueError, TypeError) as error:
            # What `@app` says of a function or of its arguments does not name the file.
            return complain(f"{path}: {error}")
    try:
        emulator = Emulator(
            api_key=options.api_key,
            host=options.host,
            port=options.port,
            allowed_hosts=options.allow_host,
            pace=options.pace,
            profile=options.profile,
            run_shape=options.run_shape,
            message_format=options.message_format,
            envelope=options.envelope,
            apps=[app for file in files for app in file.apps],
            latency=None if options.latency is None else Latency.from_text(options.latency),
            replay=options.replay,
            speed=options.speed,
        )
        if not options.quiet:
            log_requests()
        emulator.start()
    except (RecordingError, FileNotFoundError, ValueError, TypeError) as error:
        return complain(str(error))
    except OSError as error:
        return complain(taken(options.host, options.port, error))
    print_any_name()
    if options.replay is not None:
        print(f"# answers as recorded in {options.replay}")
    for app in emulator.apps:
        print(f"# {app.type:<14} {app.id}  {app.name}")
    for operation in emulator.not_served if options.replay is None else ():
        print(f"# not served: {operation}")
    if options.host not in ("127.0.0.1", "::1", "localhost"):
        print("# listens beyond this machine: whoever has the key can use it")
    print_exports(emulator.base_url, emulator.api_key)
    wait_for_signal((lambda: _reload(emulator, files)) if files else None)
    emulator.stop()
    return 0


def taken(host: str, port: int, error: OSError) -> str:
    """What to say where the port can't be listened on."""
    return (
        f"can't listen on {host}:{port}: {error.strerror}; is another program using the port? "
        "Choose another with --port, or a free one with --port 0"
    )


def _reload(emulator: Emulator, files: Sequence[AppFile]) -> None:
    for file in files:
        if not file.has_changed():
            continue
        old = file.apps
        try:
            file.load()
            emulator.replace_apps(old, file.apps)
        except Exception as error:  # noqa: BLE001  (the file is anybody's code, and half-written at times)
            complain(
                f"{file.path} was changed and can't be read, so the old apps stay: {type(error).__name__}: {error}"
            )
            continue
        print(f"# {file.path} was read again: {', '.join(app.name for app in file.apps)}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m alli_emulator",
        description="A local Alli service, no network.",
        epilog="Other commands: `python -m alli_emulator record --help` keeps what a real service answers; "
        "`python -m alli_emulator drift --help` compares one with what is written of it.",
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="default %(default)s; 0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="default %(default)s")
    parser.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="another name that requests may use for it"
    )
    parser.add_argument("--api-key", default=None, help="the key to accept; default: a random one, which is printed")
    parser.add_argument(
        "--apps",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="Python file with @app; read again when it changes",
    )
    parser.add_argument(
        "--profile",
        choices=("observed", "documented"),
        default="observed",
        help="errors as the service was seen to answer them (default), or as its pages print them",
    )
    parser.add_argument("--run-shape", choices=("responses", "choices"), default="responses")
    parser.add_argument("--message-format", choices=("markdown", "draftjs"), default="markdown")
    parser.add_argument(
        "--envelope",
        choices=("documented", "bare", "result"),
        default="documented",
        help="answers as their pages show them (default), all without the envelope `result`, or all in it",
    )
    parser.add_argument("--pace", type=float, default=0.03, help="seconds between two records of a stream")
    parser.add_argument(
        "--latency", metavar="NAME=NUMBER,...", help="such as first_text=0.8,texts_per_second=25,jitter=0.4"
    )
    parser.add_argument("--replay", type=Path, metavar="DIR", help="answer as recorded, from no app")
    parser.add_argument("--speed", type=float, default=1.0, help="pauses of a replay are this many times shorter")
    parser.add_argument("--quiet", action="store_true", help="no line per request")
    return parser
