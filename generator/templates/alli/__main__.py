"""`python -m alli` says where the command line is: it belongs to an extra, because the client needs no packages for terminals."""

from __future__ import annotations

import sys

from .version import __version__

__all__ = ["main"]


def main() -> int:
    """Prints what to install and what to run; returns the exit status 1, because nothing was done."""
    print(
        f"alli-sdk {__version__} has its command line in an extra: pip install 'alli-sdk[cli]', then run `alli --help`.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
