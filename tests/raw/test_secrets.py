"""Prompts and answers must not stand where they are logged."""

from typing import Any

import pytest

CANARY = "canary-7f3a"


@pytest.fixture(scope="module")
def package(generate: Any) -> Any:
    properties = {"id": {"type": "string"}, "message": {"type": "string"}, "inputs": {"type": "object"}}
    schema = {"type": "object", "properties": properties, "x-alli-sdk": {"hide": ["message", "inputs"]}}
    return generate(schemas={"Run": schema})


def test_prompts_and_answers_are_in_no_repr(package: Any) -> None:
    models = package("models")
    source = {"id": "1", "message": CANARY, "inputs": {"text": CANARY}, "unknown": CANARY}
    model = models.Run.from_dict(source)
    assert "id='1'" in repr(model)
    assert CANARY not in repr(model)
    assert model.to_dict() == source


def test_the_content_of_a_file_or_response_is_in_no_repr(package: Any) -> None:
    types = package("types")
    assert CANARY not in repr(types.File(CANARY.encode(), "a.txt"))
    assert CANARY not in repr(types.Response(200, CANARY.encode(), {"x": CANARY}, None))
