"""The project that the key belongs to: one, with a secret."""

from __future__ import annotations

import secrets

from starlette.responses import Response

from alli_emulator.apps.ids import stable_id
from alli_emulator.requests.exchange import Exchange
from alli_emulator.routes.context import Context
from alli_emulator.routes.endpoints import Endpoints

__all__ = ["endpoints"]


def endpoints(context: Context) -> Endpoints:
    """list_projects."""
    project = {
        "id": stable_id("Project", "Emulator"),
        "name": "Emulator",
        "cognitiveSearchApiKey": f"emulator-{secrets.token_hex(8)}",
    }

    async def list_projects(_exchange: Exchange) -> Response:
        return context.answer("list_projects", [project])

    return {"list_projects": list_projects}
