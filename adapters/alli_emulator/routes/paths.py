"""One route per path, whatever its methods, so that a wrong method gets the service's own answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alli_emulator.routes.context import Context
from alli_emulator.wire.refusals import Refusal, wrong_method

__all__ = ["Endpoint", "path"]

_ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
"""Answers one operation; raises `Refusal` for an error answer."""


def path(context: Context, template: str, methods: Mapping[str, Endpoint]) -> Route:
    """The route of a path, with an endpoint per method."""
    documented = template.replace(":path}", "}")
    operations = {method: context.contract.operation_at(documented, method) for method in methods}

    async def endpoint(request: Request) -> Response:
        if request.method not in methods:
            raise wrong_method(context.dialect, request.method, request.url.path, sorted(methods))
        try:
            return await methods[request.method](request)
        except Refusal as refusal:
            operation = operations[request.method]
            if operation is not None:
                context.check_refusal(operation, refusal)
            raise

    return Route(template, endpoint, methods=_ALL_METHODS)
