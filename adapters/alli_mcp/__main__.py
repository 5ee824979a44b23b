"""`python -m alli_mcp`: serves the apps of a project."""

import argparse
import sys

from alli import AlliError

from .extra import MissingExtraError, require_extra

__all__ = ["main"]

_LAST_PORT = 65_535
_NOT_STARTED = 3
"""uvicorn's exit status where it did not begin to serve (`uvicorn.main.STARTUP_FAILURE`)."""


def main(arguments: list[str] | None = None) -> int:
    """Serves until it is stopped, by Ctrl-C with 130; 2 where it can't begin, and says why."""
    parser = argparse.ArgumentParser("python -m alli_mcp", description="Serves the apps of a project.")
    parser.add_argument("--transport", choices=("stdio", "http"), default="stdio", help="default: stdio")
    parser.add_argument("--host", default="127.0.0.1", help="for http; default: 127.0.0.1")
    parser.add_argument("--port", type=_port, default=8000, help="for http, at /mcp; default: 8000")
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="for http; another name that requests may use for it, such as that of a proxy in front",
    )
    parser.add_argument("--types", nargs="+", metavar="TYPE", help="only apps of these types, such as agent campaign")
    parser.add_argument("--search", metavar="TERM", help="only apps whose name or description has this")
    parser.add_argument("--router", action="store_true", help="two tools for any number of apps: find and run")
    chosen = parser.parse_args(arguments)
    try:
        require_extra()
        from .server import create_server

        server = create_server(types=chosen.types, search_term=chosen.search, router=chosen.router)
    except (AlliError, MissingExtraError, ValueError) as error:
        print(f"alli_mcp: {error}", file=sys.stderr)  # stdout is the protocol's
        return 2
    try:
        if chosen.transport == "stdio":
            server.run(show_banner=False)
            return 0
        server.run(
            transport="http",
            host=chosen.host,
            port=chosen.port,
            show_banner=False,
            # A page in a browser can make its name point at 127.0.0.1 and call any server there.
            host_origin_protection="auto",
            allowed_hosts=[*chosen.allow_host, chosen.host] if chosen.allow_host else None,
        )
    except SystemExit as left:  # uvicorn leaves so where it can't listen, after it has logged why
        if left.code != _NOT_STARTED:
            raise
        print(f"alli_mcp: can't listen on {chosen.host}, port {chosen.port}; the log above says why", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"must be from 0 to {_LAST_PORT}")
    return port


if __name__ == "__main__":
    sys.exit(main())
