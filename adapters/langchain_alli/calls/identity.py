"""For whom an agent calls an app.

    application's `context=` → `alli_user`             the application says it, or whoever calls a server
    LangGraph server's authentication → signed in      nobody else can say it, so it wins

On a LangGraph server `context` and `config` come with the HTTP request, so its sender could name anybody there.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, cast

from alli import ConfigurationError
from alli_tools.calls.acting import current_caller
from langchain_core.runnables.config import var_child_runnable_config

__all__ = ["configurable", "resolve_user", "user_from_context", "user_from_langgraph_auth"]


def user_from_context(context: Any, runtime: Any = None) -> str | None:
    """The default `UserResolver`: the context's attribute or key `alli_user`; None, or none such: the client's own user.

    On a LangGraph server where somebody is signed in, it is they. Outside a server, `acting_for` is asked last.

    Raises:
        ConfigurationError: `alli_user` is not text, or is empty, which may mean that nobody is signed in and must not mean
            somebody; or it names another than the user who is signed in.
    """
    if isinstance(context, Mapping):
        named = cast("Mapping[str, object]", context).get("alli_user")
    else:
        named = getattr(context, "alli_user", None)
    if named is not None and not (isinstance(named, str) and named):
        given = "empty" if named == "" else type(named).__name__
        raise ConfigurationError(
            f"context.alli_user must be the user's id as text, or None for the client's own user, not {given}"
        )
    signed_in = signed_in_user(runtime)
    if named is not None and signed_in is not None and named != signed_in:
        raise ConfigurationError(
            "context.alli_user names another user than the one who is signed in to the server; leave it out, or decide "
            "by ToolOptions(user=...) whom a signed-in user may act for"
        )
    return signed_in or named or current_caller().user


def user_from_langgraph_auth(context: Any, runtime: Any = None) -> str:
    """A `UserResolver` for LangGraph servers: the user who is signed in, whatever the request says.

    Raises:
        ConfigurationError: nobody is signed in; the server has no `auth`, or this is not a server.
    """
    signed_in = signed_in_user(runtime)
    if signed_in is None:
        raise ConfigurationError(
            "user_from_langgraph_auth: nobody is signed in; set `auth` in langgraph.json, or take another resolver"
        )
    return signed_in


def signed_in_user(runtime: Any) -> str | None:
    """The identity that the server's authentication found, or None."""
    user = getattr(getattr(runtime, "server_info", None), "user", None)
    settings = configurable()
    return (
        _identity(user)
        or _identity(settings.get("langgraph_auth_user"))
        or _text(settings.get("langgraph_auth_user_id"))
    )


def configurable() -> Mapping[str, object]:
    """The `configurable` of the run that this call is part of; empty outside one."""
    # Read where LangChain keeps it: building a whole config takes longer than everything else here.
    settings: object = (var_child_runnable_config.get() or {}).get("configurable")
    return cast("Mapping[str, object]", settings) if isinstance(settings, Mapping) else {}


def resolve_user(resolver: Callable[..., Any], context: Any, runtime: Any) -> object:
    """Whom `resolver` names. It is given the context, and the runtime if it has a second parameter for it."""
    return resolver(context, runtime) if _takes_runtime(resolver) else resolver(context)


def _takes_runtime(resolver: Callable[..., Any]) -> bool:
    try:
        parameters = list(inspect.signature(resolver).parameters.values())
    except (TypeError, ValueError):  # of something built in
        return False
    positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    if len(positional) < 2:
        return False
    # A default may also keep a value for a lambda: `lambda context, people=people: ...`
    return positional[1].default is inspect.Parameter.empty or positional[1].name == "runtime"


def _identity(user: object) -> str | None:
    if isinstance(user, Mapping):
        return _text(cast("Mapping[str, object]", user).get("identity"))
    return _text(getattr(user, "identity", None))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
