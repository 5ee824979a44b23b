"""Follows the page of alli_mcp: starts its configuration in an empty environment and asks for the tools, over stdio.

Speaks the protocol by hand, so that no client's library lends its environment. Asks the service for nothing: --router reads no list.
scripts/release runs this in an environment that has the wheel and the extra `mcp` and nothing else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

__all__ = ["McpSession", "configuration", "main", "started"]

PAGE = Path(__file__).parents[1] / "adapters/alli_mcp/README.md"
PROTOCOL = "2025-06-18"


class McpSession:
    """A client that says what it is given and reads what comes, one JSON value a line."""

    def __init__(self, to_server: IO[str], from_server: IO[str]) -> None:
        self._to_server, self._from_server = to_server, from_server
        self._number = 0
        client = {"name": "by hand", "version": "1"}
        self.ask("initialize", protocolVersion=PROTOCOL, capabilities={}, clientInfo=client)
        self._say({"method": "notifications/initialized"})

    def ask(self, method: str, **params: object) -> Any:
        """The result of a request.

        Raises:
            ValueError: the server wrote something that is not a message of the protocol, ended, or answered with an error.
        """
        self._number += 1
        self._say({"id": self._number, "method": method, "params": params})
        for line in self._from_server:
            message = json.loads(line)
            if message.get("id") == self._number and "method" not in message:
                if "result" not in message:
                    raise ValueError(f"{method}: {message}")
                return message["result"]
        raise ValueError(f"{method}: the server ended")

    def _say(self, message: dict[str, object]) -> None:
        self._to_server.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self._to_server.flush()


def configuration() -> dict[str, Any]:
    """The entry of the server in the configuration that the page shows."""
    text = PAGE.read_text("utf-8").partition("```json\n")[2].partition("```")[0]
    entry: dict[str, Any] = json.loads(text)["mcpServers"]["alli"]
    return entry


@contextmanager
def started(
    environment: Mapping[str, str], arguments: Sequence[str] = (), python: str = sys.executable
) -> Generator[McpSession]:
    """The configuration's program in this environment and no other, with more arguments; it ends when its input does."""
    with subprocess.Popen(
        [python, *configuration()["args"], *arguments],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as program:
        if program.stdin is None or program.stdout is None:
            raise RuntimeError("a program without pipes")
        try:
            yield McpSession(program.stdin, program.stdout)
        finally:
            program.stdin.close()
            try:
                program.wait(20)
            finally:
                program.kill()


def main() -> int:
    """Starts it with the key alone; returns the exit status."""
    given = configuration()["env"]
    with started(given, ["--router"]) as session:
        tools = sorted(tool["name"] for tool in session.ask("tools/list")["tools"])
    if (list(given), tools) != (["ALLI_API_KEY"], ["alli_find_apps", "alli_run_app"]):
        print(f"scripts/mcp_from_nothing.py: with {list(given)} it has the tools {tools}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
