"""`python -m alli_emulator record`: a proxy in front of a real service that keeps what passes."""

from __future__ import annotations

import argparse
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from alli_emulator.commands.serve import DEFAULT_PORT, taken
from alli_emulator.commands.terminal import complain, print_any_name, print_exports, wait_for_signal
from alli_emulator.contract.validation import Contract, load_document
from alli_emulator.http.server_thread import ServerThread, url_of
from alli_emulator.recording.recorder import Recorder, checked_upstream
from alli_emulator.recording.redaction import Redaction

__all__ = ["record"]


def record(arguments: Sequence[str]) -> int:
    """Runs the command; gives the exit status: 0 after Ctrl-C, 1 where it could not start."""
    options = _parser().parse_args(arguments)
    upstream_key = os.environ.get("ALLI_API_KEY", "").strip() or None
    key = options.api_key or (f"recorder-{secrets.token_hex(8)}" if upstream_key else None)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        recorder = Recorder(
            checked_upstream(options.upstream),
            options.out,
            Contract(load_document()).operations,
            keys=[one for one in (key, upstream_key) if one] if key else (),
            upstream_key=upstream_key,
            redaction=Redaction(ids=options.replace_ids, emails=options.replace_emails),
            on_file=lambda path: print(f"# {path.name}", flush=True),
        )
    except ValueError as error:
        return complain(str(error))
    except OSError as error:
        return complain(f"{options.out}: {error.strerror}")
    try:
        server = ServerThread(recorder, (options.host, options.port), options.allow_host)
    except ValueError as error:
        return complain(str(error))
    except OSError as error:
        return complain(taken(options.host, options.port, error))
    print_any_name()
    print(f"# keeps what {options.upstream} answers in {options.out}")
    if key is None:
        print("# ALLI_API_KEY is not set here: programs send the service's own key, which is passed on and not kept")
    print_exports(url_of(server.address), key)
    wait_for_signal()
    server.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m alli_emulator record",
        description="Passes requests on to a real service and keeps each exchange as a file, with its pauses. "
        "The service's key is read from ALLI_API_KEY and is in no file. "
        "`python -m alli_emulator --replay DIR` answers from the files.",
    )
    parser.add_argument("--upstream", required=True, metavar="URL", help="the service, such as https://backend.alli.ai")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where the files go")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="default %(default)s; 0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="default %(default)s")
    parser.add_argument(
        "--api-key", default=None, help="the key that programs use; default: a random one, which is printed"
    )
    parser.add_argument("--allow-host", action="append", default=[], metavar="NAME", help="another name of this server")
    parser.add_argument("--replace-ids", action="store_true", help="ids of apps, conversations and users get stand-ins")
    parser.add_argument("--replace-emails", action="store_true", help="e-mail addresses get stand-ins")
    return parser
