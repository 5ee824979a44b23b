"""One app as an agent should see it: name, description, arguments, way of running. No LangChain, no I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from .arguments import MESSAGE, REPLIES, Argument, InputLike, arguments_from_inputs, document_variables
from .naming import Naming, check_name, tool_name
from .text import cut, sanitized

__all__ = ["SINGLE_ACTION", "AppLike", "AppSpec", "app_inputs", "describe_app", "id_of", "required_id"]

SINGLE_ACTION = "single_action"
"""The app type that is run with inputs and answers once; all others hold conversations."""

_LONGEST_DESCRIPTION = 1024  # OpenAI-compatible proxies refuse more


class AppLike(Protocol):
    """An app of either list of the service. Any field may be absent, null or odd."""

    @property
    def id(self) -> object: ...
    @property
    def name(self) -> object: ...
    @property
    def type(self) -> object: ...
    @property
    def description(self) -> object: ...
    @property
    def category(self) -> object: ...


@dataclass(frozen=True, slots=True)
class AppSpec:
    """One app, ready to be offered to an agent.

    Attributes:
        app_id: the service's id, as it came.
        name: display name, as it came; may be empty.
        type: "single_action", "campaign", "agent" or whatever the service says.
        category: as it came; may be empty.
        published: None when the list does not say.
        tool_name: matches `naming.NAME_PATTERN`.
        description: for the model: begins with the display name, 1 024 characters at most, never empty.
        arguments: what the model may give. Empty when the application declares its own schema.
    """

    app_id: str
    name: str
    type: str
    category: str
    published: bool | None
    tool_name: str
    description: str
    arguments: tuple[Argument, ...]

    @property
    def converses(self) -> bool:
        """Does the app hold conversations?"""
        return self.type != SINGLE_ACTION

    @property
    def metadata(self) -> dict[str, object]:
        """What tracing and the application may know of the app: `{"alli": {...}}`, no secret in it."""
        alli = {"app_id": self.app_id, "type": self.type, "category": self.category, "published": self.published}
        return {"alli": alli}


def describe_app(
    app: AppLike,
    *,
    name: str | None = None,
    naming: Naming = "name",
    inputs: Iterable[InputLike] = (),
    documents: bool = False,
    replies: bool = False,
) -> AppSpec:
    """The spec of `app`, whose v1 inputs are `inputs`. Without any, and for apps that converse, it takes a `message`.

    `name` is used as it is; `naming` says how a name is made otherwise; `documents` says whether document inputs can
    be resolved; `replies` whether an app that converses also takes `choices` and `form`.

    Raises:
        ValueError: the app has no id, or `name` is not a tool name.
    """
    app_id = required_id(app)
    display_name = sanitized(app.name)
    listed = tuple(inputs)
    arguments = arguments_from_inputs(listed, documents=documents)
    if sanitized(app.type) != SINGLE_ACTION:
        arguments = (*(REPLIES if replies and not arguments else (MESSAGE,)), *arguments)
    elif not arguments:
        arguments = (MESSAGE,)
    published = getattr(app, "published", None)  # the v1 list does not say
    return AppSpec(
        app_id=app_id,
        name=display_name,
        type=sanitized(app.type),
        category=sanitized(app.category),
        published=published if isinstance(published, bool) else None,
        tool_name=check_name(name, of=f"app {app_id}") if name else tool_name(app_id, display_name, naming),
        description=_description(app, () if documents else document_variables(listed)),
        arguments=arguments,
    )


def id_of(app: object) -> str:
    """An app's id; empty if it has none, as for anything that is not an app: a list on the wire may hold null."""
    return sanitized(getattr(app, "id", None))


def required_id(app: object) -> str:
    """An app's id.

    Raises:
        ValueError: it has none, as a bare id or None has none.
    """
    if app_id := id_of(app):
        return app_id
    raise ValueError(
        f"this {type(app).__name__} has no id, so it can't be run; take an app from client.apps.list(), get() or list_v1()"
    )


def app_inputs(app: object) -> list[InputLike] | None:
    """The inputs an app of the v1 list carries; None where it carries none, as no app of the v2 list does."""
    inputs = getattr(app, "inputs", None)
    return list(inputs) if isinstance(inputs, list | tuple) else None  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _description(app: AppLike, unavailable: Iterable[str]) -> str:
    kind = sanitized(app.type)
    lines = [
        sanitized(app.name) or "Unnamed app",
        sanitized(app.description).strip(),
        f"Category: {sanitized(app.category)}." if sanitized(app.category) else "",
        f"An Alli app of type {kind}." if kind else "An Alli app.",
        *(f"The document {variable} can't be given through this tool." for variable in unavailable),
    ]
    return cut("\n".join(line for line in lines if line), _LONGEST_DESCRIPTION)
