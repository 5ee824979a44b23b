"""The logger `alli`: one line per call at INFO, and one at DEBUG for each attempt that is followed by another.

A line holds method, path, status, milliseconds, attempt and request id; never a key, a body, a header or a query.
"""

from __future__ import annotations

import logging
import os
from typing import Final

__all__ = ["logger", "set_up_logging"]

logger: Final = logging.getLogger("alli")
_LEVELS = {"info": logging.INFO, "debug": logging.DEBUG}


def set_up_logging() -> None:
    """Sends the logger to standard error when `ALLI_LOG` is `info` or `debug`, and warns of a value that means nothing.

    Does nothing when it is not set or `off`, or when all is done already.
    """
    wanted = os.environ.get("ALLI_LOG", "").strip().lower()
    if wanted in ("", "off"):
        return
    level = _LEVELS.get(wanted)
    if level is None:
        # No error, because a program should not end over its log; without the value, which may be a key in the wrong place.
        logger.warning(
            "ALLI_LOG must be %s or off; its value is none of them, so it sets up no log", ", ".join(_LEVELS)
        )
        return
    logger.setLevel(level)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
