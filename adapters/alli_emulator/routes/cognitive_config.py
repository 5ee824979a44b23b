"""The project's cognitive config: a flat object whose fields are not documented, so it begins empty."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from alli_emulator.routes.context import Context, exchange_of
from alli_emulator.routes.paths import path

__all__ = ["routes"]


def routes(context: Context) -> list[BaseRoute]:
    """get_cognitive_config, update_cognitive_config."""

    async def get_config(_request: Request) -> Response:
        return context.answer("get_cognitive_config", context.store.config())

    async def update_config(request: Request) -> Response:
        changes = context.json_body("update_cognitive_config", exchange_of(request))
        return context.answer("update_cognitive_config", context.store.config(changes))

    return [path(context, "/webapi/v2/cognitive_config", {"GET": get_config, "PATCH": update_config})]
