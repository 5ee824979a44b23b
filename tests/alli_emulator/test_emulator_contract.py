"""Requests and answers held against the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from alli_emulator import AppRun, Citation, Emulator, Problem, Reply
from alli_emulator.contract.validation import Contract, load_document
from alli_emulator.wire.dialect import Dialect, Profile
from alli_emulator.wire.refusals import (
    internal_error,
    invalid_json,
    invalid_key,
    invalid_request,
    not_found,
    wrong_method,
)

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/things/{id}": {
            "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 3}}],
            "get": {
                "operationId": "list_things",
                "parameters": [
                    {"$ref": "#/components/parameters/Kinds"},
                    {"name": "deep", "in": "query", "required": True, "schema": {"type": ["boolean", "null"]}},
                    {"name": "X", "in": "header", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {"$ref": "#/components/responses/Thing"},
                    "204": {"description": "nothing"},
                    "400": {"description": "bad", "content": {"application/json": {"schema": {"type": "object"}}}},
                },
            },
            "post": {
                "operationId": "make_thing",
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}},
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "required": ["json"],
                                "properties": {"json": {"type": "string"}, "files": {"type": "array"}},
                                "additionalProperties": {"type": "string"},
                            }
                        },
                    }
                },
                "responses": {"default": {"description": "any"}},
            },
        }
    },
    "components": {
        "parameters": {
            "Kinds": {
                "name": "kinds",
                "in": "query",
                "schema": {"anyOf": [{"type": "array", "items": {"enum": ["a", "b"]}}, {"type": "null"}]},
            }
        },
        "responses": {
            "Thing": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
        },
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["name", "size"],
                "properties": {"name": {"type": "string", "minLength": 1}, "size": {"type": ["integer", "null"]}},
            }
        },
    },
}


@pytest.fixture
def contract() -> Contract:
    return Contract(DOCUMENT)


def test_query_values_are_read_by_their_schemas(contract: Contract) -> None:
    values, problems = contract.query_problems(
        "list_things", [("deep", "True"), ("kinds", "a"), ("kinds", "b"), ("limit", "3"), ("other", "x")]
    )
    assert values == {"deep": True, "kinds": ["a", "b"], "limit": 3}
    assert problems == []


def test_query_problems_name_the_parameter_and_the_rule(contract: Contract) -> None:
    _, problems = contract.query_problems("list_things", [("limit", "4")])
    assert problems == [
        Problem(("query", "limit"), "maximum", "must not be above 3"),
        Problem(("query", "deep"), "required", "is required"),
    ]
    _, problems = contract.query_problems("list_things", [("deep", "perhaps")])
    assert problems == [Problem(("query", "deep"), "type", "must be boolean or null")]


def test_every_missing_field_is_named_once(contract: Contract) -> None:
    assert contract.body_problems("make_thing", "application/json", {}) == [
        Problem(("body", "name"), "required", "is required"),
        Problem(("body", "size"), "required", "is required"),
    ]


def test_problems_never_quote_the_value(contract: Contract) -> None:
    for wrong in ({"name": ["s3cret"], "size": 1}, {"name": "x", "size": "s3cret"}, "s3cret"):
        problems = contract.body_problems("make_thing", "application/json", wrong)
        assert problems
        assert "s3cret" not in repr(problems)


def test_unknown_fields_are_no_problem(contract: Contract) -> None:
    assert contract.body_problems("make_thing", "application/json", {"name": "x", "size": None, "new": 1}) == []


def test_form_parts_that_repeat_are_a_list_and_others_are_not(contract: Contract) -> None:
    assert contract.form_problems("make_thing", [("json", "{}"), ("files", None), ("files", None), ("A", None)]) == []
    assert contract.form_problems("make_thing", [("files", None)]) == [
        Problem(("body", "json"), "required", "is required")
    ]


def test_answers_are_held_against_status_and_media_type(contract: Contract) -> None:
    def problems(status: int, body: object, media_type: str = "application/json") -> list[str]:
        return [problem.kind for problem in contract.answer_problems("list_things", status, media_type, body)]

    assert problems(200, {"name": "x", "size": 1}) == []
    assert problems(200, {"name": "", "size": 1}) == ["minLength"]
    assert problems(200, {}, "text/html") == ["content"]
    assert problems(204, None) == []
    assert problems(206, {}) == ["status"]
    assert problems(400, []) == ["type"]
    assert problems(418, "anything") == []


def test_the_document_in_the_package_has_the_operations_that_are_served() -> None:
    assert set(Emulator()._dispatcher._endpoints) <= {one.id for one in Contract(load_document()).operations}


@pytest.mark.parametrize("profile", ["observed", "documented"])
@pytest.mark.parametrize("operation", ["list_apps", "run_app", "run_skill"])
def test_error_answers_keep_to_the_document_too(profile: Profile, operation: str) -> None:
    dialect = Dialect(profile=profile)
    problem = Problem(("body", "name"), "required", "is required")
    contract = Contract(load_document())
    for refusal in (
        invalid_key(dialect),
        invalid_json(dialect),
        wrong_method(dialect, "PUT", "/webapi/apps", ["GET", "POST"]),
        not_found(),
        invalid_request(dialect, "/webapi/v2/apps", [problem]),
        invalid_request(dialect, "/webapi/apps", [problem]),
        internal_error("reason"),
    ):
        media_type = "text/html" if isinstance(refusal.body, str) else "application/json"
        assert contract.answer_problems(operation, refusal.status, media_type, refusal.body) == []


def test_a_record_that_breaks_the_spec_ends_its_stream_and_is_noted(
    connect: Callable[[Emulator], httpx.Client],
) -> None:
    pages: Any = "three"
    with Emulator(pace=0) as alli:

        @alli.app(name="Odd")
        def odd(run: AppRun) -> Reply:
            return Reply("text", citations=[Citation("rules.pdf", page=pages)])

        answer = connect(alli).post(f"/webapi/apps/{odd.id}/run", json={"mode": "stream"})
        assert "rules.pdf" not in answer.text
        assert json.loads(answer.text.splitlines()[-1]) == {"errors": "internal error. Refusal"}
        assert alli.violations[0].operation == "run_app"


def test_an_answer_that_breaks_the_spec_is_not_sent_and_is_noted(
    connect: Callable[[Emulator], httpx.Client],
) -> None:
    # An app of the user's own can do that: a permission that isn't what the spec says.
    with Emulator() as alli:
        alli.app(name="Odd", user_permission={"ownUserIds": "everybody"}, weight=99)(lambda run: "")
        answer = connect(alli).get("/webapi/v2/apps")
        assert answer.status_code == 500
        assert "Emulator.violations" in answer.json()["errors"]
        assert [(one.operation, one.status) for one in alli.violations] == [("list_apps", 200)]
        problem = alli.violations[0].problem
        assert (problem.place, problem.kind) == (("answer", "apps", 0, "userPermission"), "anyOf")
