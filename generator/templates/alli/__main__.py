"""`python -m alli` says where the command line is: in another package, because the client needs no packages for terminals."""

from __future__ import annotations

import sys

from .version import __version__

__all__ = ["main"]


def main() -> int:
    """Prints what to run and what that needs; returns the exit status 1, because nothing was done."""
    print(
        f"alli-sdk {__version__}: the command line is `alli`, or `python -m alli_cli`. It needs the extra `cli`: pip install 'alli-sdk[cli]'.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
