"""The operations that are served, one module per family; each says by operationId what answers it."""

from __future__ import annotations

from alli_emulator.routes import apps, cognitive_config, conversations, runs
from alli_emulator.routes.context import Context
from alli_emulator.routes.endpoints import Endpoints

__all__ = ["all_endpoints"]


def all_endpoints(context: Context) -> Endpoints:
    """What is served. An operation of the document that is not here is answered with 501."""
    families = (apps, runs, conversations, cognitive_config)
    return {name: endpoint for family in families for name, endpoint in family.endpoints(context).items()}
