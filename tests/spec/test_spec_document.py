"""spec/alli.openapi.yaml says what the vendor's pages say, and the merged document is a sound one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.spec.pages import BODIES, ERROR_CODES, LIMITS, OPERATIONS, QUERIES, RESPONSES
from tests.spec.reading import IDENTITY, Operation, body_fields, operations, required_fields, resolve


def by_name(document: dict[str, Any]) -> dict[str, Operation]:
    return {operation.name: operation for operation in operations(document)}


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from keys(item)


@pytest.mark.parametrize("which", ["vendor", "merged"])
def test_the_document_is_valid_openapi(which: str, request: pytest.FixtureRequest) -> None:
    errors = list(OpenAPIV31SpecValidator(request.getfixturevalue(which)).iter_errors())
    assert [error.message for error in errors] == []


@pytest.mark.parametrize("which", ["vendor", "merged"])
def test_the_13_operations_of_the_two_first_pages_are_still_there(which: str, request: pytest.FixtureRequest) -> None:
    assert len(OPERATIONS) == 13
    assert set(OPERATIONS) <= by_name(request.getfixturevalue(which)).keys()


def test_the_vendors_document_holds_nothing_of_ours(vendor: dict[str, Any]) -> None:
    assert [key for key in keys(vendor) if key.startswith("x-")] == []
    # The two first pages print neither ids nor tags.
    first = [op.data for op in operations(vendor) if op.name in OPERATIONS]
    assert all("operationId" not in data and "tags" not in data for data in first)


def test_both_servers_and_the_key_are_there(vendor: dict[str, Any]) -> None:
    assert [(server["url"], server["description"]) for server in vendor["servers"]] == [
        ("https://backend.alli.ai", "US"),
        ("https://backend-ja.alli.ai", "JA"),
    ]
    scheme = vendor["components"]["securitySchemes"]["ApiKeyAuth"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "API-KEY")
    assert vendor["security"] == [{"ApiKeyAuth": []}]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_takes_the_three_identity_headers(name: str, vendor: dict[str, Any]) -> None:
    headers = [p for p in by_name(vendor)[name].parameters if p["in"] == "header"]
    assert [header["name"] for header in headers] == list(IDENTITY)
    assert not any(header["required"] for header in headers)


@pytest.mark.parametrize("name", OPERATIONS)
def test_summary_and_description_are_the_pages_own(name: str, vendor: dict[str, Any]) -> None:
    operation = by_name(vendor)[name].data
    summary, start = OPERATIONS[name]
    assert operation.get("summary", "") == summary
    assert operation.get("description", "").startswith(start)
    assert bool(operation.get("description")) == bool(start)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_query_parameter_of_the_page_is_there_in_order(name: str, vendor: dict[str, Any]) -> None:
    found = [(p["name"], shape(p["schema"])) for p in by_name(vendor)[name].parameters if p["in"] == "query"]
    assert found == QUERIES.get(name, [])


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_body_field_of_the_page_is_there_in_order(name: str, vendor: dict[str, Any]) -> None:
    operation = by_name(vendor)[name]
    required = required_fields(vendor, operation)
    found = [
        (field + "*" * (field in required), shape(resolve(vendor, schema)))
        for field, schema in body_fields(vendor, operation).items()
    ]
    assert found == BODIES.get(name, [])


@pytest.mark.parametrize(("name", "field", "expected"), LIMITS, ids=lambda value: str(value))
def test_every_limit_and_default_of_the_page_is_there(
    name: str, field: str, expected: dict[str, object], vendor: dict[str, Any]
) -> None:
    operation = by_name(vendor)[name]
    schemas = {p["name"]: p["schema"] for p in operation.parameters} | body_fields(vendor, operation)
    assert expected.items() <= schemas[field].items()


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_response_field_of_the_page_is_there(name: str, vendor: dict[str, Any]) -> None:
    response = by_name(vendor)[name].data["responses"]["200"]
    description, media_type, fields = RESPONSES[name]
    assert response["description"] == description
    assert list(response.get("content", {})) == ([media_type] if media_type else [])
    if media_type:
        schema = resolve(vendor, response["content"][media_type]["schema"])
        required = schema.get("required", [])
        found = {field + "*" * (field in required) for field in schema.get("properties", {})}
        assert found >= set(fields)


@pytest.mark.parametrize("name", ["GET /webapi/apps", "POST /webapi/apps/{app_id}/run"])
def test_the_error_table_is_there_for_both_operations_of_its_page(name: str, vendor: dict[str, Any]) -> None:
    responses = by_name(vendor)[name].data["responses"]
    assert set(ERROR_CODES) | {"200"} == set(responses)
    for status, codes in ERROR_CODES.items():
        response = resolve(vendor, responses[status])
        assert all(str(code) in response["description"] for code in codes)
        assert response["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


def test_every_default_of_the_service_stays_in_the_document_so_that_docstrings_can_tell_it(
    vendor: dict[str, Any], merged: dict[str, Any]
) -> None:
    """That none is sent is the raw package's promise: tests/raw/test_requests.py."""
    for part in ("paths", "components"):
        assert list(keys(merged[part])).count("default") == list(keys(vendor[part])).count("default")


def test_every_operation_tells_the_errors_that_were_seen(merged: dict[str, Any]) -> None:
    for operation in operations(merged):
        assert {"400", "401", "403", "404", "405", "422", "500"} <= set(operation.data["responses"])


def shape(schema: dict[str, Any]) -> str:
    """A schema as the page prints it: `string`, `string[]`, `string or null`, `enum`."""
    if "anyOf" in schema:
        return " or ".join(shape(option) for option in schema["anyOf"])
    if "enum" in schema:
        return "enum"
    if schema["type"] == "array":
        return shape(schema["items"]) + "[]"
    return schema.get("format") or schema["type"]
