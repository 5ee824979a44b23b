"""What a span says of a call from the start: pure, from what an observer may see to attributes of the semantic conventions.

The names are those of the package opentelemetry-semantic-conventions; tests/alli_otel/test_conventions.py holds them to it. They stand here
as text because that package keeps them in a private module.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import alli
from opentelemetry.util.types import AttributeValue

__all__ = ["start_attributes"]

PROVIDER = "alli"


def start_attributes(call: alli.ObservedCall) -> dict[str, AttributeValue]:
    """Attributes that are known when a call begins, which samplers see."""
    service = urlsplit(call.base_url)
    attributes: dict[str, AttributeValue] = {
        "http.request.method": call.method,
        "url.full": call.base_url + call.path,
        "server.address": service.hostname or "",
        "server.port": service.port or (443 if service.scheme == "https" else 80),
        "http.request.header.x-request-id": [call.request_id],
    }
    if call.template:
        attributes["url.template"] = call.template
    if call.generates:
        attributes |= _generation(call)
    return attributes


def _generation(call: alli.ObservedCall) -> dict[str, AttributeValue]:
    app_id = _ids(call).get("app_id")
    attributes: dict[str, AttributeValue] = {
        "gen_ai.provider.name": PROVIDER,
        "gen_ai.operation.name": "chat" if app_id is None else "invoke_agent",
    }
    if app_id is not None:
        attributes["gen_ai.agent.id"] = app_id
    if call.model is not None:
        attributes["gen_ai.request.model"] = call.model
    if call.is_stream:
        attributes["gen_ai.request.stream"] = True
    return attributes


def _ids(call: alli.ObservedCall) -> dict[str, str]:
    """The ids in the path, by their names in the template."""
    names, values = call.template.split("/"), call.path.split("/")
    if len(names) != len(values):
        return {}
    return {
        name[1:-1]: unquote(value) for name, value in zip(names, values, strict=True) if name[:1] + name[-1:] == "{}"
    }
