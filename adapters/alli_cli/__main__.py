"""`python -m alli_cli` is the command `alli`."""

from __future__ import annotations

import sys

from alli_cli import main

if __name__ == "__main__":
    sys.exit(main())
