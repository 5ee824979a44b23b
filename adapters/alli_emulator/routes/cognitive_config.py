"""The project's cognitive config: a flat object whose fields are not documented, so it begins empty."""

from __future__ import annotations

from starlette.responses import Response

from alli_emulator.requests.exchange import Exchange
from alli_emulator.routes.context import Context
from alli_emulator.routes.endpoints import Endpoints

__all__ = ["endpoints"]


def endpoints(context: Context) -> Endpoints:
    """get_cognitive_config, update_cognitive_config."""

    async def get_config(_exchange: Exchange) -> Response:
        return context.answer("get_cognitive_config", context.store.config(), keeps_form=True)

    async def update_config(exchange: Exchange) -> Response:
        changes = context.json_body("update_cognitive_config", exchange)
        return context.answer("update_cognitive_config", context.store.config(changes), keeps_form=True)

    return {
        "get_cognitive_config": get_config,
        "update_cognitive_config": update_config,
    }
