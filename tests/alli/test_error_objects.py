"""What holds for every error class: it pickles, copies, and documents what it holds."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import alli
import pytest
from alli import errors

from tests.alli.client_kind import ClientKind
from tests.alli.failing_calls import failing, reply
from tests.servers import Connection, ScriptedServer

PUBLIC_ERRORS = sorted(
    (kind for kind in vars(alli.errors).values() if inspect.isclass(kind) and issubclass(kind, alli.AlliError)),
    key=lambda kind: kind.__name__,
)


def filled(kind: type[Any]) -> Any:
    """An error with all its documented attributes set to something else than their defaults."""
    result = alli.RunResult.from_payload({"result": {"id": "a1", "responses": [{"message": "text"}]}})
    known: dict[str, Any] = {
        "method": "POST",
        "path": "/p",
        "attempts": 3,
        "request_id": "r1",
        "conversation_id": "c1",
        "outcome_unknown": True,
        "request_sent": True,
        "status_code": 418,
        "code": 7003,
        "name": "NAME",
        "message": "words",
        "body": {"a": [1]},
        "headers": {"x": "y"},
        "retry_after": 1.5,
        "result": result,
        "partial": result,
    }
    fields = {name: value for name, value in known.items() if hasattr(kind, name)}
    return kind("the text", **fields)


@pytest.mark.parametrize("kind", PUBLIC_ERRORS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    "through",
    [
        *(pytest.param(lambda e, p=p: pickle.loads(pickle.dumps(e, p)), id=f"pickle {p}") for p in range(2, 6)),
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deepcopy"),
    ],
)
def test_every_error_pickles_and_copies_whole(kind: type[Any], through: Any) -> None:
    error = filled(kind)
    error.add_note("a note")
    twin = through(error)
    assert type(twin) is kind
    assert str(twin) == "the text"
    assert vars(twin) == vars(error)


@pytest.mark.parametrize("status", [400, 200])
async def test_an_error_of_a_real_call_pickles_whole(client_kind: ClientKind, status: int) -> None:
    error = await failing(client_kind, "apps.run", "a1", answer=reply(status, {"error": "x", "result": {"id": "a1"}}))
    twin = pickle.loads(pickle.dumps(error))
    assert type(twin) is type(error)
    assert (str(twin), vars(twin)) == (str(error), vars(error))


@pytest.mark.parametrize("kind", PUBLIC_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_says_what_it_is_and_documents_what_it_holds(kind: type[Any]) -> None:
    assert "__doc__" in vars(kind) and len(kind.__doc__) > 10
    if not kind.__name__.startswith("_"):
        assert kind.__name__ in errors.__doc__, "the tree at the head of errors.py names it"
        assert getattr(alli, kind.__name__) is kind, "it can be imported from alli"
    docs = "".join(base.__doc__ or "" for base in kind.__mro__)
    for base in kind.__mro__:
        if base.__module__ == errors.__name__:
            for name in vars(base).get("__annotations__", {}):
                assert f"{name}:" in docs, f"{kind.__name__}.{name} is documented"


def test_the_errors_of_arguments_are_value_errors_too() -> None:
    assert issubclass(alli.ConfigurationError, ValueError)
    assert issubclass(alli.InvalidArgumentError, ValueError)


class OwnError(alli.RateLimitError):
    """An error class of a user's."""


OwnError.__module__ = "app.errors"


def test_a_class_of_the_user_s_has_the_help_of_the_class_it_is_made_of() -> None:
    assert OwnError().help_url.endswith("/errors/#ratelimiterror")


async def test_an_error_made_of_another_one_has_one_note_and_the_other_keeps_its_own(client_kind: ClientKind) -> None:
    with ScriptedServer(Connection.reset) as server:
        client = client_kind.make(base_url=server.url, deadline=5, retry_policy=alli.RetryPolicy(base=60, cap=60))
        with pytest.raises(alli.DeadlineExceededError) as caught:
            await client_kind.get(client.apps.list())
    assert caught.value.__notes__ == [f"See {caught.value.help_url}"]
    cause: Any = caught.value.__cause__
    assert cause.__notes__ == [f"See {cause.help_url}"]
