"""The operations that are served, one module per family; each says by operationId what answers it.

To serve another operation, write an `Endpoint` for it and put it under its operationId into the module of its family, or into
a new one that is named in `all_endpoints`. What it remembers goes into `alli_emulator.state`. Its request is checked by
`Context.query`, `json_body` and `form_only`, its answer by `Context.answer`.
"""

from __future__ import annotations

from alli_emulator.routes import (
    answers,
    apps,
    cognitive_config,
    conversation_history,
    conversations,
    documents,
    projects,
    runs,
)
from alli_emulator.routes.context import Context
from alli_emulator.routes.endpoints import Endpoints

__all__ = ["all_endpoints"]


def all_endpoints(context: Context) -> Endpoints:
    """What is served. An operation of the document that is not here is answered with 501."""
    families = (apps, runs, conversations, conversation_history, cognitive_config, projects, documents, answers)
    return {name: endpoint for family in families for name, endpoint in family.endpoints(context).items()}
