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
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from alli_emulator.faults.fault_json import FAULT_SCHEMA, FaultError, fault_from_json, fault_to_json
from alli_emulator.requests.exchange import RequestRecord
from alli_emulator.routes.context import Context, exchange_of
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
                context.faults.add(fault_from_json(exchange_of(request).body()))
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
        "query": record.query,
        "headers": dict(record.headers),
        "status": record.status,
        "client_left": record.client_left,
        "cut": record.cut,
        "body_size": record.body_size,
        "form": None if record.form is None else [asdict(one) for one in record.form],
        **_body(record.body, has_form=record.form is not None),
    }


def _body(body: bytes, *, has_form: bool) -> dict[str, object]:
    if has_form or not body:
        return {}
    try:
        return {"json": loads(body)}
    except ValueError:
        pass
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}
