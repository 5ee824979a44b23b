"""Arguments no method takes: told by name and type, never by value, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from alli import App, InvalidArgumentError

from tests.alli.client_kind import ClientKind
from tests.answers import answering
from tests.servers import ScriptedServer

WRONG: dict[str, tuple[Callable[[Any], Any], str]] = {
    "id number": (lambda c: c.apps.get(3), "apps.get: .*must be str, not int"),
    "id none": (lambda c: c.apps.run(None), "apps.run: .*must be str, not NoneType"),
    "id empty": (lambda c: c.apps.get(""), "apps.get: .*must be a non-empty id"),
    "an app for its id": (
        lambda c: c.apps.run(App.from_dict({"id": "a1"})),
        "apps.run: app_id must be str, not App; pass app.id",
    ),
    "id dots": (lambda c: c.apps.update("..", name="x"), "apps.update: .*must be a non-empty id"),
    "id surrogate": (lambda c: c.apps.run_conversation("\ud800"), "apps.run_conversation: .*lone surrogate"),
    "query surrogate": (
        lambda c: c.apps.list(search_term="\ud800"),
        "apps.list: query parameter 'searchTerm' holds a lone surrogate, which is not text",
    ),
    "query surrogates": (
        lambda c: c.apps.list_v1(id=["a", "\ud800"]),
        "apps.list_v1: query parameter 'id' holds a lone surrogate, which is not text",
    ),
    "part surrogate": (
        lambda c: c.apps.run_conversation("a", "\ud800"),
        "apps.run_conversation: an argument holds a lone surrogate, which is not text",
    ),
    "categories": (lambda c: c.apps.list(categories="HR"), "apps.list: categories: must be a list, not str"),
    "page size": (lambda c: c.apps.list(page_size="50"), "apps.list: page_size: must be int, not str"),
    "page size bool": (lambda c: c.apps.list(page_size=True), "apps.list: page_size: must be int, not bool"),
    "search term": (lambda c: c.apps.list(search_term=object()), "apps.list: search_term: must be str, not object"),
    "cursor": (lambda c: c.apps.list(cursor=b"x"), "apps.list: cursor: must be str, not bytes"),
    "published": (lambda c: c.apps.update("a", published="no"), "apps.update: published: must be bool, not str"),
    "v1 ids": (lambda c: c.apps.list_v1(id="a"), "apps.list_v1: id: must be a list, not str"),
    "required": (
        lambda c: c.apps.create(type="t", name=None, description="", category="", published=True, enabled=True),
        "apps.create: name: must be str, not NoneType",
    ),
    "permission": (
        lambda c: c.apps.update("a", user_permission=["x"]),
        "apps.update: user_permission: must be a dict with str keys, not list",
    ),
    "inputs": (lambda c: c.apps.run("a", "text"), "apps.run: inputs: must be a dict of variable names"),
    "message": (lambda c: c.apps.run("a", message=3), "apps.run: message: must be str, not int"),
    "source": (lambda c: c.apps.run("a", source="kb"), "apps.run: source: must be a dict with str keys, not str"),
    "temperature": (lambda c: c.apps.run("a", temperature="0"), "apps.run: temperature: must be float or int"),
    "temperature nan": (
        lambda c: c.apps.run("a", temperature=float("nan")),
        "apps.run: temperature can't be written as JSON",
    ),
    "stateful": (lambda c: c.apps.run("a", is_stateful=1), "apps.run: is_stateful: must be bool, not int"),
    "variables": (
        lambda c: c.apps.run("a", required_variables={"A": 1}),
        "apps.run: required_variables: must be a list, not dict",
    ),
    "turn": (lambda c: c.apps.run_conversation("a", object()), "message: must be str, not object"),
    "choices": (
        lambda c: c.apps.run_conversation("a", choices=[object()]),
        "choices: \\[0\\] can't be written as JSON",
    ),
    "form": (lambda c: c.apps.run_conversation("a", form={"a": object()}), "form: a can't be written as JSON"),
    "skill": (lambda c: c.skills.run("s", 3), "skills.run: text: must be str, not int"),
    "skill variables": (lambda c: c.skills.run("s", "t", ["v"]), "skills.run: variables: must be a dict"),
    "conversation": (lambda c: c.conversations.send(3, "x"), "conversations.send: conversation_id: must be str"),
    "config": (lambda c: c.cognitive_config.update("x"), "cognitive_config.update: fields: must be dict, not str"),
    "config none": (
        lambda c: c.cognitive_config.update(None),
        "cognitive_config.update: fields: must be dict, not NoneType",
    ),
    "config keys": (
        lambda c: c.cognitive_config.update({"a": 1, 3: 1}),
        "fields: must be a dict with str keys; a key is of type int",
    ),
    "config value": (lambda c: c.cognitive_config.update({"a": object()}), "a can't be written as JSON"),
}


@pytest.mark.parametrize("call", WRONG)
async def test_an_argument_of_the_wrong_type_is_told_before_anything_is_sent(
    client_kind: ClientKind, call: str
) -> None:
    answer = answering(200, b"{}")

    make, told = WRONG[call]
    with ScriptedServer(answer) as server:
        client = client_kind.make(base_url=server.url)
        with pytest.raises(InvalidArgumentError, match=told):
            await client_kind.get(make(client))
    assert server.requests == []


async def test_a_wrong_argument_is_told_by_type_and_never_by_value(client_kind: ClientKind) -> None:
    class Secret:
        def __repr__(self) -> str:
            return "canary-secret"

    client = client_kind.make(base_url="https://api.example")
    for call in (
        lambda: client.apps.run("a", {"x": Secret()}),
        lambda: client.apps.run("a", {"x": float("nan"), "canary-secret": 1}, message="canary-secret"),
        lambda: client.apps.run_conversation("a", form={"x": Secret()}),
        lambda: client.apps.run_conversation("a", Secret()),
        lambda: client.apps.list(search_term=Secret()),
    ):
        with pytest.raises(InvalidArgumentError) as caught:
            await client_kind.get(call())
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param({"choices": "01"}, "choices: must be a list, not str", id="choices as text"),
        pytest.param({"choices": {"a": 1}}, "choices: must be a list, not dict", id="choices as dict"),
        pytest.param({"form": '{"a": 1}'}, "form: must be a dict with str keys, not str", id="form as text"),
        pytest.param({"form": [1]}, "form: must be a dict with str keys, not list", id="form as list"),
    ],
)
async def test_choices_and_forms_of_another_shape_are_refused(
    client_kind: ClientKind, arguments: dict[str, Any], said: str
) -> None:
    client = client_kind.mocked(lambda request: httpx.Response(500))
    with pytest.raises(InvalidArgumentError, match=re.escape(said)):
        await client_kind.get(client.apps.run_conversation("a1", **arguments))


ENDLESS: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "inputs": (lambda client, value: client.apps.run("a1", {"text": value}), "apps.run: inputs"),
    "inputs beside a file": (
        lambda client, value: client.apps.run("a1", {"text": value, "file": ("a.txt", b"a")}),
        "apps.run: inputs",
    ),
    "form": (lambda client, value: client.apps.run_conversation("a1", form=value), "apps.run_conversation: form: own"),
    "object": (lambda client, value: client.answers.generate("q", hashtags=value), "answers.generate: hashtags"),
    "body": (lambda client, value: client.cognitive_config.update(value), "cognitive_config.update: fields: own"),
    "any body": (lambda client, value: client.request("POST", "/p", json=value), "request: json: own"),
    "extra body": (
        lambda client, value: client.with_options(extra_body=value).apps.run("a1"),
        "apps.run: extra_body: own",
    ),
}


@pytest.mark.parametrize("argument", ENDLESS)
async def test_an_argument_that_holds_itself_is_refused_by_its_name(client_kind: ClientKind, argument: str) -> None:
    value: dict[str, Any] = {}
    value["own"] = value
    call, named = ENDLESS[argument]
    client = client_kind.make(base_url="http://127.0.0.1:9")
    with pytest.raises(InvalidArgumentError) as caught:
        await client_kind.get(call(client, value))
    assert str(caught.value) == f"{named} can't be written as JSON (it holds itself, or is nested too deeply)"
