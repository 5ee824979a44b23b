"""What the facade's templates print: resources, methods, calls, each name, type and piece of code worked out. Records only."""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.facade.arguments import Argument, Arguments
from generator.facade.docstrings import MethodText, arguments_text, escaped, fence_of, in_markdown, source_text
from generator.output.twins import sync_text

__all__ = ["Call", "Method", "OperationRecord", "Resource", "Turn"]


@dataclass(frozen=True)
class OperationRecord:
    """The `Operation` constant of one facade method."""

    constant: str
    arguments: list[str]
    """Of the class, as code."""


@dataclass(frozen=True)
class Call:
    """How a method calls its request builder."""

    module: str
    """Tag of the raw module."""
    builder: str
    """Name of the raw module."""
    arguments: list[str]
    """Of the builder, as code."""
    body: str
    """"json", "files" or "multipart", which are put together first; "" for an argument that is handed on, or none."""
    body_model: str = ""
    body_module: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Of the body: wire name as a literal, or Python name where the body is multipart; and code."""
    groups: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list[tuple[str, list[tuple[str, str]]]])
    """Objects inside the body whose properties are arguments: wire name as a literal, and fields."""
    form_model: str = ""
    form_module: str = ""
    files: str = ""
    """Argument that may hold files."""


@dataclass(frozen=True)
class Method:
    """One facade method."""

    name: str
    kind: str
    """"value", "page", "result", "streamed_result" or "stream"."""
    operation: OperationRecord
    arguments: Arguments
    returns: str
    decode: str
    text: MethodText
    call: Call
    models: list[tuple[str, str]]
    """Module and class of the raw models that the code needs when it runs."""
    typed: list[tuple[str, str]]
    """Module and class of the raw models that only the signature needs."""
    readers: tuple[str, ...] = ()
    """Functions of the raw package in `decode`."""
    results: tuple[tuple[str, str], ...] = ()
    """Module and class of the raw models in what it returns."""
    item: str = ""
    items_key: str = ""
    cursor_key: str = ""
    cursor: str = ""
    explain: str = ""
    deprecated: bool = False
    needs: tuple[str, ...] = ()
    """Options of the client that it can't do without."""

    @property
    def docstring(self) -> str:
        """As code, without its quotes."""
        return escaped(self.text.plain)

    @property
    def sync_text(self) -> str:
        """The docstring of the sync form, not escaped, for the reference."""
        return sync_text(self.text.plain)

    @property
    def fence(self) -> str:
        """Opens and closes the docstring in Markdown."""
        return fence_of(self.text.plain)

    @property
    def parameters(self) -> list[str]:
        """As in a signature, `*` among them; without self."""
        keywords = [argument.declaration for argument in self.arguments.keywords]
        return [a.declaration for a in self.arguments.positional] + (["*", *keywords] if keywords else [])

    @property
    def page_arguments(self) -> list[str]:
        """Of the builder, those that are the same for every page."""
        return [argument for argument in self.call.arguments if argument != self.cursor_argument]

    @property
    def cursor_argument(self) -> str:
        """Of the builder, the one that differs from page to page."""
        return next((f"{a.builder_name}={a.code}" for a in self.arguments.query if a.name == self.cursor), "")

    @property
    def sync_returns(self) -> str:
        """What the sync form returns, for the reference."""
        return sync_text(self.returns).replace("builtins.", "")

    @property
    def keyword(self) -> str:
        """Opens the async form, which is no coroutine for streams and pages: they are made at once and wait when used."""
        return "def" if self.kind in ("page", "stream") else "async def"


@dataclass(frozen=True)
class Resource:
    """An attribute of the client."""

    name: str
    class_name: str
    doc: str
    mixin: str | None
    methods: list[Method]

    @property
    def docstring(self) -> str:
        """As code, without its quotes."""
        return escaped(self.doc)

    @property
    def markdown(self) -> str:
        """As a paragraph of Markdown."""
        return in_markdown(self.doc)


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

    @property
    def told_arguments(self) -> str:
        """What a docstring says of them, as code at column 0."""
        return escaped(arguments_text(self.arguments))

    @property
    def told_source(self) -> str:
        """The page they are from, as code; "" where it isn't known."""
        return escaped(source_text(self.source))

    def _is_users(self, argument: Argument) -> bool:
        return argument not in self.signature.path and argument.name != self.conversation_id
