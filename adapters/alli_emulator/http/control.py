"""The control path: what tests in other languages set and see over HTTP, as Python ones do on the `Emulator`.

    curl -H "API-KEY: $KEY" $URL/_emulator                                   what there is, and all a fault may say
    curl -H "API-KEY: $KEY" $URL/_emulator/faults -d '{"path_contains": "/run", "status": 503, "times": 2}'
    curl -H "API-KEY: $KEY" $URL/_emulator/faults                            those not used up
    curl -H "API-KEY: $KEY" $URL/_emulator/faults -X DELETE                  forget them
    curl -H "API-KEY: $KEY" $URL/_emulator/requests                          the requests so far; `?last=5` the last five
    curl -H "API-KEY: $KEY" $URL/_emulator/requests -X DELETE                forget them

It takes the same API key as the service, meets no fault, and is not in the log of requests. What it can't read it
answers with 422 and a `detail` that names the field.
"""

from __future__ import annotations

import base64
from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from alli_emulator.faults.fault_json import FAULT_SCHEMA, FaultError, fault_from_json, fault_to_json
from alli_emulator.requests.exchange import Exchange
from alli_emulator.requests.record import FormPart, RequestRecord
from alli_emulator.routes.context import Context
from alli_emulator.wire.refusals import Refusal
from alli_emulator.wire.wire_json import WireResponse, loads

__all__ = ["PREFIX", "control_routes"]

PREFIX = "/_emulator"

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def control_routes(context: Context) -> list[BaseRoute]:
    """What is below `PREFIX`."""

    async def index(_request: Request) -> Response:
        paths = [f"{PREFIX}/faults", f"{PREFIX}/requests"]
        return WireResponse({"paths": paths, "methods": ["GET", "POST", "DELETE"], "fault": FAULT_SCHEMA})

    def pending() -> dict[str, object]:
        return {"faults": [fault_to_json(fault, left) for fault, left in context.faults.pending()]}

    async def faults(request: Request) -> Response:
        if request.method == "GET":
            return WireResponse(pending())
        if request.method == "POST":
            try:
                context.set_fault(fault_from_json(cast(Exchange, request.scope["alli.exchange"]).body()))
            except FaultError as error:
                raise Refusal(422, {"detail": list(error.args)}) from None
            return WireResponse(pending(), 201)
        if request.method == "DELETE":
            context.faults.clear()
            return Response(status_code=204)
        raise Refusal(405, {"detail": "use GET, POST or DELETE"})

    async def requests(request: Request) -> Response:
        if request.method == "GET":
            last = request.query_params.get("last", "")
            if last and not last.isdecimal():
                raise Refusal(422, {"detail": "last must be a whole number"})
            records = context.log.all()
            return WireResponse({"requests": [_shown(one) for one in (records[-int(last) :] if last else records)]})
        if request.method == "DELETE":
            context.log.clear()
            return Response(status_code=204)
        raise Refusal(405, {"detail": "use GET or DELETE"})

    return [
        Route(PREFIX, index, methods=["GET"]),
        Route(f"{PREFIX}/faults", faults, methods=_METHODS),
        Route(f"{PREFIX}/requests", requests, methods=_METHODS),
    ]


def _shown(record: RequestRecord) -> dict[str, object]:
    """A request for programs in other languages: the body as `json` where it is JSON, else as `text`, else base64."""
    return {
        "method": record.method,
        "path": record.path,
        "raw_path": record.raw_path,
        "query": record.query,
        "headers": dict(record.headers),
        "operation": record.operation,
        "app": None if record.app is None else {"id": record.app.id, "name": record.app.name},
        "user_id": record.user_id,
        "status": record.status,
        "client_left": record.client_left,
        "cut": record.cut,
        "body_size": record.body_size,
        "form": [_part(one) for one in record.parts] or None,
        **_body(record),
    }


def _body(record: RequestRecord) -> dict[str, object]:
    body = record.body
    if record.parts or not body:
        return {}
    try:
        return {"json": loads(body)}
    except ValueError:
        pass
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}


def _part(part: FormPart) -> dict[str, object]:
    return {name: getattr(part, name) for name in ("name", "filename", "content_type", "size", "text")}
