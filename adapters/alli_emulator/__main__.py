"""`python -m alli_emulator`: serves the emulator, or asks a real service (`record`, `drift`)."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives its exit status."""
    given = sys.argv[1:] if arguments is None else [*arguments]
    command = given.pop(0) if given and given[0] in ("record", "drift") else "serve"
    try:
        from alli_emulator.extra import require_extra

        require_extra()
        if command == "record":
            from alli_emulator.commands.record import record

            return record(given)
        if command == "drift":
            from alli_emulator.commands.drift import drift

            return drift(given)
        from alli_emulator.commands.serve import serve

        return serve(given)
    except ImportError as error:
        print(f"alli_emulator: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
