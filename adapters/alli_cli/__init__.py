"""The command `alli`: look after a project's key and apps, and run an app, from a terminal.

    alli doctor                          is everything set up?
    alli apps                            which apps are there?
    alli run APP -i text=@report.txt     run one
    alli map APP rows.csv --out out.jsonl   run it for every row of a table

Needs the extra: pip install 'alli-sdk[cli]'. The key and the host come from ALLI_API_KEY, ALLI_BASE_URL and ALLI_REGION. No command
prints the key.

Exit status:
    0    done
    1    the call failed, some rows failed, or the doctor found a problem
    2    the command line is wrong
    3    the call failed, or its answer can't be printed, and the app may have run: look before you run it again
    130  stopped with Ctrl-C
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from alli_cli.extra import MissingExtraError, require_extra

__all__ = ["MissingExtraError", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command with the arguments, else those of the process; returns the exit status."""
    try:
        require_extra()
    except MissingExtraError as error:
        print(f"alli: {error}", file=sys.stderr)
        return 1
    from alli_cli.program import run_program

    return run_program(sys.argv[1:] if arguments is None else arguments)
