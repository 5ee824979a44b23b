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
    """Sends the logger to standard error when `ALLI_LOG` is `info` or `debug`; does nothing otherwise, or when done already."""
    level = _LEVELS.get(os.environ.get("ALLI_LOG", "").strip().lower())
    if level is None:
        return
    logger.setLevel(level)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
