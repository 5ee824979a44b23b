"""What the facade's templates print: resources, methods, calls, each name, type and piece of code worked out. Records only."""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.document.problems import JsonPath
from generator.facade.answers import Returned
from generator.facade.arguments import Argument, Arguments
from generator.model.names import exports
from generator.model.types import Enum, ModelRef, Type, models_in

__all__ = ["Call", "Facade", "Handle", "Method", "OperationRecord", "Paging", "Resource", "Turn", "Wait"]

PACKAGE = "alli"
"""Signatures name its classes as attributes of it: see printers.Style.within."""


@dataclass(frozen=True)
class OperationRecord:
    """The `Operation` constant of one facade method."""

    constant: str
    arguments: list[str]
    """Of the class, as code."""
    path: JsonPath  # in the document


@dataclass(frozen=True)
class Call:
    """How a method calls its request builder."""

    module: str
    """Tag of the raw module."""
    builder: str
    """Name of the raw module."""
    path: list[str]
    """The builder's arguments for the path, as code."""
    others: dict[str, str]
    """Its other arguments as code, but for the body, by name of the method's argument."""
    handed_on: str = ""
    """Code of its body; "" for none."""
    body: str = ""
    """"json", "files" or "multipart", which are put together first; "" for an argument that is handed on, or none."""
    body_model: ModelRef | None = None
    fields: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Of the body: wire name as a literal, or Python name where the body is multipart; and code."""
    groups: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list[tuple[str, list[tuple[str, str]]]])
    """Objects inside the body whose properties are arguments: wire name as a literal, and fields."""
    form_model: ModelRef | None = None
    files: str = ""
    """Argument that may hold files."""
    page_field: tuple[str, str] | None = None
    """Of the body, the one that differs from page to page: wire name as a literal, and code."""

    def arguments(self, without: str = "") -> list[str]:
        """Of the builder, as code, but for the one of an argument of the method."""
        body = [f"body={self.handed_on}"] if self.handed_on else []
        return [*self.path, *(code for name, code in self.others.items() if name != without), *body]


@dataclass(frozen=True)
class Paging:
    """How a method asks for one page after another."""

    format: str
    """Code of the `PageFormat` that says how an answer is read."""
    argument: str
    """Of the method: where the first page begins."""
    counted: bool
    """Whether it is a number."""
    size: str
    """Code of how many items a full page has."""


@dataclass(frozen=True)
class Handle:
    """How what a method starts is followed."""

    calls: dict[str, str]
    """Argument of `ConversationCalls` → code of the method that it calls, of the async form."""
    conversation: str
    """Argument of the method that names a conversation that exists already."""
    take_up: str


@dataclass(frozen=True)
class Wait:
    """How the method `wait` asks this one until something is over."""

    format: str
    """Code of its `WaitFormat`."""
    until: list[str]
    """What can be waited for; the first is the default. One alone needs no argument."""
    states: str
    """What a docstring says of them."""


@dataclass(frozen=True)
class Method:
    """One facade method."""

    name: str
    operation: OperationRecord
    arguments: Arguments
    returned: Returned
    text: str
    """The docstring of the async form at column 0, not escaped."""
    call: Call
    paging: Paging | None = None
    handle: Handle | None = None
    wait: Wait | None = None
    explain: str = ""
    progress: bool = False
    """Takes `on_progress`, for the request's body."""
    sunset: str | None = None
    """See `constraints.sunset`."""
    deprecated: str = ""
    """What warns of the whole method, as the inside of a literal."""
    deprecated_arguments: tuple[tuple[str, str], ...] = ()
    """What warns of one that is given: condition as code, and text as the inside of a literal."""
    needs: tuple[str, ...] = ()
    """Options of the client that it can't do without."""

    @property
    def kind(self) -> str:
        """As Returned.kind."""
        return self.returned.kind

    @property
    def positional(self) -> list[str]:
        """As in a signature."""
        return [argument.declared(PACKAGE) for argument in self.arguments.positional]

    @property
    def keywords(self) -> list[str]:
        """As in a signature."""
        return [argument.declared(PACKAGE) for argument in self.arguments.keywords] + self._listener(f"{PACKAGE}.")

    def _listener(self, package: str = "") -> list[str]:
        return [f"on_progress: Callable[[{package}UploadProgress], object] | None = None"] if self.progress else []

    @property
    def returns(self) -> str:
        """As in a signature."""
        return self.returned.annotation(PACKAGE)

    @property
    def item(self) -> str:
        """Type of a page's items, as in a signature."""
        return Returned("value", type=self.returned.type).annotation(PACKAGE)

    @property
    def parameters(self) -> list[str]:
        """As in a signature for the reference, `*` among them; without self."""
        keywords = [argument.declared() for argument in self.arguments.keywords] + self._listener()
        return [a.declared() for a in self.arguments.positional] + (["*", *keywords] if keywords else [])

    @property
    def returns_text(self) -> str:
        """What the async form returns, for the reference."""
        return self.returned.annotation().replace("builtins.", "")

    @property
    def models(self) -> list[ModelRef]:
        """The raw models that the code needs when it runs."""
        used = {*models_in(self.returned.type), self.call.body_model, self.call.form_model}
        return sorted((model for model in used if model is not None), key=lambda model: model.module)

    @property
    def signature_types(self) -> list[Type]:
        """The types in the signature."""
        return [*(argument.type for argument in self.arguments.all), self.returned.type]

    @property
    def page_arguments(self) -> list[str]:
        """Of the builder, those that are the same for every page."""
        return self.call.arguments(without=self.paging.argument if self.paging else "")

    @property
    def cursor_argument(self) -> str:
        """Of the builder, the one that differs from page to page."""
        return self.call.others.get(self.paging.argument, "") if self.paging else ""

    @property
    def keyword(self) -> str:
        """Opens the async form, which is no coroutine for streams and pages: they are made at once and wait when used."""
        return "def" if self.kind in ("page", "stream", "records") else "async def"


@dataclass(frozen=True)
class Resource:
    """An attribute of the client."""

    name: str
    class_name: str
    doc: str
    mixin: str | None
    methods: list[Method]


@dataclass(frozen=True)
class Turn:
    """What a `Conversation` sends: the method that streams a turn, and which of its arguments users give."""

    method: str
    """Of the resource."""
    signature: Arguments
    """Of the method. The app's id comes first."""
    conversation_id: str
    """Argument that the conversation fills in."""
    source: str | None

    @property
    def positional(self) -> list[Argument]:
        """Users may give these by position."""
        return [argument for argument in self.signature.positional if self._is_users(argument)]

    @property
    def keywords(self) -> list[Argument]:
        """Users give these by name."""
        return [argument for argument in self.signature.keywords if self._is_users(argument)]

    @property
    def arguments(self) -> list[Argument]:
        """All that users give."""
        return self.positional + self.keywords

    def _is_users(self, argument: Argument) -> bool:
        return argument not in self.signature.path and argument.name != self.conversation_id


@dataclass(frozen=True)
class Facade:
    """All of it."""

    title: str
    """Of the document, in Markdown."""
    version: str
    resources: list[Resource]
    turn: Turn | None
    """None where no operation is annotated as one."""
    formats: list[tuple[str, str]]
    """Constant and code of the format of each result class."""
    types: list[ModelRef | Enum]
    """Of the raw package, those that users can meet: in a signature, or in a field of what they meet. By module."""

    @property
    def methods(self) -> list[Method]:
        """Of all resources."""
        return [method for resource in self.resources for method in resource.methods]

    @property
    def exports(self) -> list[tuple[str, list[str]]]:
        """Modules, relative to the package, and the public names each gives, both sorted."""
        return exports([(each.module, each.name) for each in self.types])
