"""What an error about inputs says of the inputs an app takes, when the service tells them in odd ways."""

from __future__ import annotations

from typing import Any

import alli
import httpx
import pytest

from tests.alli.client_kind import ClientKind


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ([{"value": "tone"}, {"value": "text"}], "The app takes: tone, text"),
        ([{"value": "tone"}, {}, {"value": None}, {"value": ""}, {"value": 3}], "The app takes: tone"),
        ([{}, {"value": None}], "This app declares no inputs"),
        ([], "This app declares no inputs"),
    ],
    ids=["named", "some without a name", "none with a name", "none"],
)
async def test_only_names_that_were_told_are_named(client_kind: ClientKind, inputs: Any, told: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=[{"id": "a1", "inputs": inputs}])
        return httpx.Response(422, json={"detail": "wrong form"})

    client = client_kind.mocked(answer)
    with pytest.raises(alli.UnprocessableEntityError) as caught:
        await client_kind.get(client.apps.run("a1", {"text": "Hello"}))
    sentence = str(caught.value).partition("wrong form. ")[2]
    assert sentence.startswith(told)
    assert "UNSET" not in sentence and "None" not in sentence
