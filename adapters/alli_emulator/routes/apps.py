"""Lists of apps, one app, and making and changing apps."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from alli_emulator.apps.builtin.prompt import prompt_preview
from alli_emulator.apps.ids import stable_id
from alli_emulator.apps.model import App
from alli_emulator.contract.problems import Problem
from alli_emulator.requests.exchange import Exchange
from alli_emulator.routes.context import Context
from alli_emulator.routes.endpoints import Endpoints
from alli_emulator.state.pagination import PAGE_SIZE, CursorError, page_of, wanted_v1, wanted_v2
from alli_emulator.wire.wire_shapes import app_tool, app_v1, app_v2, inputs_of_created_app

__all__ = ["endpoints"]

_NULLABLE = {"description": "description", "agentPermission": "agent_permission", "userPermission": "user_permission"}
_NOT_NULLABLE = {"name": "name", "category": "category", "published": "published"}


def endpoints(context: Context) -> Endpoints:
    """list_apps, get_app, update_app, list_apps_v1, create_app, list_app_tools."""

    async def list_apps(exchange: Exchange) -> Response:
        query = context.query("list_apps", exchange)
        try:
            page, cursor = page_of(
                wanted_v2(context.store.apps(), query), query.get("pageSize", PAGE_SIZE), query.get("cursor")
            )
        except CursorError as error:
            context.refuse(exchange, [Problem(("query", "cursor"), "value_error", str(error))])
            raise
        return context.answer("list_apps", {"apps": [app_v2(app) for app in page], "cursor": cursor})

    async def get_app(exchange: Exchange) -> Response:
        return context.answer("get_app", app_v2(context.app(exchange)))

    async def update_app(exchange: Exchange) -> Response:
        app = context.app(exchange)
        body = context.json_body("update_app", exchange)
        return context.answer("update_app", app_v2(context.store.change(app, _changes(body))))

    async def list_apps_v1(exchange: Exchange) -> Response:
        query = context.query("list_apps_v1", exchange)
        apps = wanted_v1(context.store.apps(), query)
        shown = [app_v1(app, query.get("locale"), context.base_url()) for app in apps]
        return context.answer("list_apps_v1", {"result": shown})

    async def create_app(exchange: Exchange) -> Response:
        body = context.json_body("create_app", exchange)
        made: dict[str, Any] = body.get("single_action_app_input") or {}
        app = context.store.add(
            App(
                id=stable_id("LLMApp", body["name"]),
                handler=prompt_preview(made.get("messages", [])),
                inputs=inputs_of_created_app(made),
                **{key: body[key] for key in ("name", "type", "description", "category", "published", "enabled")},
            )
        )
        return context.answer("create_app", {"result": {"id": app.id}})

    async def list_app_tools(_exchange: Exchange) -> Response:
        tools = [app_tool(app) for app in context.store.apps() if app.type == "single_action"]
        return context.answer("list_app_tools", {"tools": tools})

    return {
        "list_apps": list_apps,
        "get_app": get_app,
        "update_app": update_app,
        "list_apps_v1": list_apps_v1,
        "create_app": create_app,
        "list_app_tools": list_app_tools,
    }


def _changes(body: dict[str, Any]) -> dict[str, Any]:
    """The fields a PATCH sets. Null empties what may be empty; for the rest it changes nothing (assumed)."""
    changes = {field: body[key] for key, field in _NULLABLE.items() if key in body}
    return changes | {field: body[key] for key, field in _NOT_NULLABLE.items() if body.get(key) is not None}
