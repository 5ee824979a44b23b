"""The 13 operations, one module per family."""

from __future__ import annotations

from starlette.routing import BaseRoute

from alli_emulator.routes import apps, cognitive_config, conversations, runs
from alli_emulator.routes.context import Context

__all__ = ["all_routes"]


def all_routes(context: Context) -> list[BaseRoute]:
    """Every route; runs come first, because an app's id in a path may hold a slash."""
    return [
        *runs.routes(context),
        *apps.routes(context),
        *cognitive_config.routes(context),
        *conversations.routes(context),
    ]
