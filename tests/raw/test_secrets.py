"""Keys, prompts and answers must not stand where they are logged."""

import copy
import pickle
from typing import Any

import pytest

CANARY = "canary-7f3a"


@pytest.fixture(scope="module")
def package(generate: Any) -> Any:
    properties = {"id": {"type": "string"}, "message": {"type": "string"}, "inputs": {"type": "object"}}
    schema = {"type": "object", "properties": properties, "x-alli-sdk": {"hide": ["message", "inputs"]}}
    return generate(schemas={"Run": schema})


@pytest.fixture
def client(package: Any) -> Any:
    return package("client").AuthenticatedClient(
        base_url="http://test", token=CANARY, headers={"X": CANARY}, cookies={"c": CANARY}, httpx_args={"proxy": None}
    )


def test_the_key_is_in_no_repr(client: Any) -> None:
    client.get_httpx_client()
    client.get_async_httpx_client()
    assert CANARY not in repr(client)
    assert CANARY not in repr(client.with_headers({"Y": CANARY}))
    assert "http://test" in repr(client)


@pytest.mark.parametrize("travel", [pickle.dumps, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
def test_a_client_refuses_to_be_pickled_or_copied(client: Any, travel: Any) -> None:
    with pytest.raises(TypeError, match="AuthenticatedClient holds secrets and connections") as caught:
        travel(client)
    assert CANARY not in str(caught.value)


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


def test_an_unexpected_status_does_not_print_the_body(package: Any) -> None:
    error = package("errors").UnexpectedStatus(499, CANARY.encode())
    assert CANARY not in f"{error} {error!r}"
    travelled = pickle.loads(pickle.dumps(error))
    assert (travelled.status_code, travelled.content) == (499, CANARY.encode())
