"""Every documented operation is served, or answered with 501 and listed."""

from __future__ import annotations

import httpx
from alli_emulator import Emulator
from alli_emulator.contract.validation import Contract, load_document

FIRST = {
    "GET /webapi/apps",
    "POST /webapi/apps",
    "POST /webapi/apps/{app_id}/run",
    "GET /webapi/v2/apps",
    "GET /webapi/v2/apps/{app_id}",
    "PATCH /webapi/v2/apps/{app_id}",
    "POST /webapi/v2/apps/{app_id}/run_conversation",
    "POST /webapi/skill",
    "POST /webapi/start_conversation",
    "POST /webapi/send_chat",
    "POST /webapi/end_conversation_by_agent",
    "GET /webapi/v2/cognitive_config",
    "PATCH /webapi/v2/cognitive_config",
}
"""The operations of the two pages that the SDK began with."""


def test_the_operations_of_the_first_pages_are_still_served(alli: Emulator) -> None:
    documented = {str(one) for one in Contract(load_document()).operations}
    assert documented >= FIRST
    assert not FIRST & set(alli.not_served)


def test_what_is_not_listed_as_not_served_is_served(alli: Emulator, http: httpx.Client) -> None:
    documented = list(Contract(load_document()).operations)
    for operation in documented:
        path = operation.path.replace("{app_id}", alli.apps[0].id).replace("{", "").replace("}", "")
        status = http.request(operation.method, path).status_code
        assert (status == 501) == (str(operation) in alli.not_served), operation
        assert status != 405
    assert {one.operation for one in alli.requests} == {one.id for one in documented}
