"""What the pages show and the service was seen to answer is valid by the merged document, and what isn't is refused.

samples/: s2_ and dapps_ and dalli_ are the samples of the pages S2, D:apps and D:alli-api (spec/README.md), texts
shortened; live_ are errors observed on the service; the others are made up in the shapes observed.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.spec.reading import body_fields, operations, resolve, response_schema, validator

SAMPLES = Path(__file__).parent / "samples"
JSON = "application/json"
STREAM = "application/stream+json"
RUN = "POST /webapi/apps/{app_id}/run"
RUN_CONVERSATION = "POST /webapi/v2/apps/{app_id}/run_conversation"

ANSWERS = {
    "s2_list_apps.json": ("GET /webapi/apps", "200"),
    "dapps_v1_apps.json": ("GET /webapi/apps", "200"),
    "v1_apps_with_inputs.json": ("GET /webapi/apps", "200"),
    "dapps_v2_apps.json": ("GET /webapi/v2/apps", "200"),
    "v2_apps_last_page.json": ("GET /webapi/v2/apps", "200"),
    "dapps_create_response.json": ("POST /webapi/apps", "200"),
    "s2_run_single_action.json": (RUN, "200"),
    "s2_run_skill.json": (RUN, "200"),
    "run_responses.json": (RUN, "200"),
    "dalli_start_conversation.json": ("POST /webapi/start_conversation", "200"),
    "s2_api_error.json": (RUN, "500"),
    "s2_missing_inputs.json": (RUN, "500"),
    "s2_wrong_method.json": ("GET /webapi/apps", "405"),
    "live_invalid_token.json": (RUN, "401"),
    "live_not_json.json": (RUN, "400"),
}
REQUESTS = {
    "s2_run_request.json": RUN,
    "dapps_create_request.json": "POST /webapi/apps",
}


def sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text("utf-8"))


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_valid(name: str, merged: dict[str, Any]) -> None:
    operation, status = ANSWERS[name]
    validator(merged, response_schema(merged, operation, status, JSON)).validate(sample(name))


@pytest.mark.parametrize("name", [name for name in ANSWERS if name.startswith(("s2_", "dapps_"))])
def test_a_sample_of_the_pages_is_valid_by_the_vendors_document_alone(name: str, vendor: dict[str, Any]) -> None:
    operation, status = ANSWERS[name]
    validator(vendor, response_schema(vendor, operation, status, JSON)).validate(sample(name))


@pytest.mark.parametrize("which", ["vendor", "merged"])
@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_of_the_pages_is_valid(name: str, which: str, request: pytest.FixtureRequest) -> None:
    document = request.getfixturevalue(which)
    operation = next(operation for operation in operations(document) if operation.name == REQUESTS[name])
    schema = operation.data["requestBody"]["content"][JSON]["schema"]
    validator(document, schema).validate(sample(name))


@pytest.mark.parametrize("name", ANSWERS)
def test_every_field_of_an_answer_is_known_to_the_document(name: str, merged: dict[str, Any]) -> None:
    """Schemas are open, so a misspelt field would pass as unknown; closed here, it can't."""
    operation, status = ANSWERS[name]
    closed = copy.deepcopy(merged)
    for schema in closed["components"]["schemas"].values():
        if schema.get("properties"):
            schema["additionalProperties"] = False
    validator(closed, response_schema(closed, operation, status, JSON)).validate(sample(name))


@pytest.mark.parametrize("operation", [RUN_CONVERSATION, RUN])
def test_each_record_of_a_stream_is_valid(operation: str, merged: dict[str, Any]) -> None:
    check = validator(merged, response_schema(merged, operation, "200", STREAM))
    lines = (SAMPLES / "run_conversation_stream.ndjson").read_text("utf-8").splitlines()
    assert len(lines) == 4
    for line in lines:
        check.validate(json.loads(line))


@pytest.mark.parametrize(
    ("operation", "status", "answer"),
    [
        ("GET /webapi/v2/apps", "200", {"cursor": None}),
        ("GET /webapi/v2/apps", "200", {"apps": [{"id": "a"}]}),
        ("GET /webapi/v2/apps", "200", []),
        ("GET /webapi/v2/apps/{app_id}", "200", {"result": {}}),
        ("GET /webapi/apps", "200", {"result": {"id": "a"}}),
        ("POST /webapi/apps", "200", {"result": {}}),
        (RUN, "200", {"result": {"responses": [{"message": {"blocks": []}}]}}),
        ("POST /webapi/start_conversation", "200", {"errors": "text"}),
        (RUN, "500", {"code": "7000"}),
        (RUN, "401", "INVALID_TOKEN"),
    ],
    ids=lambda value: json.dumps(value) if not isinstance(value, str) else value,
)
def test_an_answer_in_another_envelope_is_refused(
    operation: str, status: str, answer: Any, merged: dict[str, Any]
) -> None:
    assert not validator(merged, response_schema(merged, operation, status, JSON)).is_valid(answer)


@pytest.mark.parametrize(
    ("operation", "body", "valid"),
    [
        (RUN, {}, True),
        (RUN, {"mode": "stream", "unknown": 1}, True),
        (RUN, {"mode": "background"}, True),
        (RUN, {"mode": "fast"}, False),
        (RUN, {"inputs": ["text"]}, False),
        (RUN, {"chat": {"source": {"knowledgeBaseIds": ["a"], "folderIds": [], "webSites": []}}}, True),
        (RUN, {"chat": "text"}, False),
        (RUN, {"requiredVariables": "RESPONSE"}, False),
        ("POST /webapi/skill", {"id": "s"}, False),
        ("POST /webapi/send_chat", {"conversationId": "c", "message": ""}, False),
        ("POST /webapi/send_chat", {"conversationId": "c", "message": "hi"}, True),
        ("PATCH /webapi/v2/apps/{app_id}", {"description": None, "published": False}, True),
        ("PATCH /webapi/v2/apps/{app_id}", {"published": "no"}, False),
        ("PATCH /webapi/v2/cognitive_config", {"anything": [1]}, True),
    ],
    ids=lambda value: json.dumps(value) if not isinstance(value, str) else value,
)
def test_a_request_is_taken_or_refused(
    operation: str, body: dict[str, object], valid: bool, merged: dict[str, Any]
) -> None:
    data = next(found.data for found in operations(merged) if found.name == operation)
    assert validator(merged, data["requestBody"]["content"][JSON]["schema"]).is_valid(body) is valid


def test_a_wrong_method_may_be_answered_in_plain_text(merged: dict[str, Any]) -> None:
    check = validator(merged, response_schema(merged, "POST /webapi/skill", "405", "text/html"))
    check.validate("Method not allowed")
    assert not check.is_valid({})


def test_the_forms_hold_text_and_files(merged: dict[str, Any]) -> None:
    by_name = {operation.name: operation for operation in operations(merged)}
    form = body_fields(merged, by_name[RUN_CONVERSATION])
    binary = {name for name, s in form.items() if s.get("items", {}).get("format") == "binary"}
    assert binary == {"files", "media_files", "form_files"}
    content = by_name[RUN].data["requestBody"]["content"]
    assert list(content) == [JSON, "multipart/form-data"]
    multipart = resolve(merged, content["multipart/form-data"]["schema"])
    assert multipart["required"] == ["json"]
    assert multipart["additionalProperties"]["format"] == "binary"
