"""Programs that tests run in another interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

__all__ = ["printed_by"]


def printed_by(
    program: str, *arguments: str, options: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> str:
    """What a program prints, without the white space around it. It must end well and within 50 s, and complain of nothing.

    Args:
        program: its source.
        arguments: `sys.argv[1:]` of it.
        options: of the interpreter, such as `-W error`.
        environment: variables besides those of the tests.
    """
    command = [sys.executable, *options, "-c", program, *arguments]
    variables = {**os.environ, **(environment or {})}
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, env=variables, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()
