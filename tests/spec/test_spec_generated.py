"""The merged document reaches openapi-python-client whole: nothing is dropped, nothing warned of."""

from __future__ import annotations

import copy
from typing import Any

from tests.spec.pages import OPERATIONS
from tests.spec.parsing import complaints, endpoints, parse
from tests.spec.reading import operations


def test_every_operation_becomes_an_endpoint_without_a_warning(merged: dict[str, Any]) -> None:
    assert complaints(merged) == []
    assert endpoints(merged) == {operation.data["operationId"] for operation in operations(merged)}


def test_a_media_type_the_generator_drops_would_be_seen(merged: dict[str, Any]) -> None:
    """The reason why streams are declared as application/stream+json and with a schema."""
    document = copy.deepcopy(merged)
    content = document["paths"]["/webapi/v2/apps/{app_id}/run_conversation"]["post"]["responses"]["200"]["content"]
    content["application/x-ndjson"] = content.pop("application/stream+json")
    assert any("x-ndjson" in complaint for complaint in complaints(document))


def test_free_form_objects_of_the_two_first_pages_are_components_with_their_own_names(merged: dict[str, Any]) -> None:
    """An inline object gets a name such as GetCognitiveConfigResponse200, which changes with the operation's id."""
    first = copy.deepcopy(merged)
    first["paths"] = {path: first["paths"][path] for path in {name.partition(" ")[2] for name in OPERATIONS}}
    models = {str(model.class_info.name) for model in parse(first).models}
    assert models <= set(merged["components"]["schemas"])
    assert {"RunInputs", "SkillVariables", "CognitiveConfig", "RunVariables"} <= models
