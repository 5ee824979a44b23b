"""What a model may pass to an app, and what of it goes to the service: no LangChain, no I/O.

A v1 input has a *variable* (the key in `inputs` on the wire, any text) and a *label* (for people). A model sees
neither as a key: it sees a `key` that all providers take. The way back from key to variable is kept here.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, cast

from .naming import argument_keys
from .text import cut, sanitized

__all__ = [
    "MESSAGE",
    "Argument",
    "ArgumentKind",
    "Choice",
    "FileResolver",
    "FREE_INPUTS",
    "InputLike",
    "arguments_from_inputs",
    "declared_arguments",
    "document_variables",
    "refuse_files",
    "to_wire",
]

ArgumentKind = Literal["message", "text", "choice", "document", "declared", "pairs"]

FileResolver = Callable[[str, str], object]
"""`resolver(handle, variable)` gives the file a model meant by a handle.

Called once per document argument and call, in the thread or task of that call. It returns what `apps.run` takes as a
file: a Path, an open binary file or `(filename, bytes_or_file[, content_type])`; or a list of document ids. None or a
LookupError means that there is no such handle, which is told to the model, in the words of a LookupError that is no
KeyError; any other exception ends the call.
"""

_LONGEST_DESCRIPTION = 1024
# `document_basic` is the one kind seen (docs, old app list); the builder has others of the same family.
_DOCUMENT_KINDS = ("document", "file", "image")


class _OptionLike(Protocol):
    @property
    def name(self) -> object: ...
    @property
    def value(self) -> object: ...


class InputLike(Protocol):
    """An input of an app in the v1 list, such as `alli`'s AppInput. Any field may be absent, null or odd."""

    @property
    def variable(self) -> object: ...
    @property
    def label(self) -> object: ...
    @property
    def input_type(self) -> object: ...
    @property
    def placeholder(self) -> object: ...
    @property
    def options(self) -> object: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of an input: what the model picks, what goes to the service, what people read."""

    text: str
    value: object
    label: str


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a tool.

    Attributes:
        key: what the model calls it.
        variable: what the service calls it; empty for the kinds "message" and "pairs", which are no variable.
        kind: "message" is the chat message, "declared" a field whose type the application gave, "pairs" a list of
            names and values of inputs.
        description: for the model.
        choices: for `kind` "choice", at least one.
    """

    key: str
    variable: str
    kind: ArgumentKind
    description: str
    choices: tuple[Choice, ...] = ()


def refuse_files(handle: str, variable: str) -> object:
    """The resolver of an application that gave none.

    Raises:
        LookupError: always.
    """
    raise LookupError(f"no document can be given for {variable}: this tool has no resolver for documents")


MESSAGE = Argument("message", "", "message", "What to say to the app, as a complete request in the user's language.")

FREE_INPUTS = Argument("inputs", "", "pairs", "The app's inputs by name; leave out those that have no value.")
"""Inputs whose names only the model knows. A list, because strict mode and Gemini empty an open object."""


def arguments_from_inputs(inputs: Iterable[InputLike], *, documents: bool) -> tuple[Argument, ...]:
    """The arguments of an app that has these v1 inputs; inputs without a variable are skipped.

    `documents`: whether there is a resolver for document inputs. Without one they are no argument at all, because the
    only thing a model could give is a path, and a path from a model is never opened.
    """
    named = {variable: item for item in inputs if (variable := _variable(item))}
    keys = argument_keys(named)
    return tuple(
        _argument(keys[variable], variable, item)
        for variable, item in named.items()
        if documents or not _is_document(item)
    )


def document_variables(inputs: Iterable[InputLike]) -> tuple[str, ...]:
    """The variables among these inputs that take a document."""
    return tuple(variable for item in inputs if (variable := _variable(item)) and _is_document(item))


def declared_arguments(variables: Mapping[str, str]) -> tuple[Argument, ...]:
    """The arguments for variables whose types the application declares: variable → its description."""
    keys = argument_keys(variables)
    return tuple(
        Argument(keys[variable], variable, "declared", _with_variable(description, keys[variable], variable))
        for variable, description in variables.items()
    )


def to_wire(
    arguments: Sequence[Argument], values: Mapping[str, object], resolver: FileResolver
) -> tuple[str | None, dict[str, object]]:
    """The chat message, if any, and the `inputs` under the variables' own names. None means not given.

    `values` are JSON: a Path or bytes in a declared schema came from the model and must not be read as a file.

    Raises:
        LookupError: the resolver knows no such document.
        TypeError: the resolver gave what is no document.
    """
    message: str | None = None
    inputs: dict[str, object] = {}
    for argument in arguments:
        value = values.get(argument.key)
        if value is None:
            continue
        match argument.kind:
            case "message":
                message = str(value)
            case "choice":
                inputs[argument.variable] = next((c.value for c in argument.choices if c.text == value), value)
            case "document":
                inputs[argument.variable] = _document(argument, str(value), resolver)
            case "pairs":
                inputs.update({pair["name"]: pair["value"] for pair in cast("list[dict[str, str]]", value)})
            case "text" | "declared":
                inputs[argument.variable] = value
    return message, inputs


def _document(argument: Argument, handle: str, resolver: FileResolver) -> object:
    try:
        found = resolver(handle, argument.variable)
    except (KeyError, IndexError):  # whose text is the handle, if anything
        found = None
    if found is None:
        raise LookupError(f"{argument.key}: there is no such document; give the handle of one that you were told of")
    if isinstance(found, str) or inspect.isawaitable(found):
        if inspect.iscoroutine(found):
            found.close()
        raise TypeError(
            f"files: the resolver gave {type(found).__name__} for {argument.variable}; it must give a Path, an open "
            "binary file, (filename, bytes_or_file) or a list of document ids, and is a plain function"
        )
    return found


def _argument(key: str, variable: str, item: InputLike) -> Argument:
    label = sanitized(item.label) or variable
    if _is_document(item):
        return Argument(key, variable, "document", _with_variable(f"Handle of a document: {label}", key, variable))
    choices = _choices(item.options)
    parts = [label]
    if choices:
        parts += [f"{c.text} = {c.label}" for c in choices if c.label and c.label != c.text]
    elif sanitized(item.placeholder):
        parts.append(sanitized(item.placeholder))
    kind: ArgumentKind = "choice" if choices else "text"
    return Argument(key, variable, kind, _with_variable("; ".join(parts), key, variable), choices)


def _with_variable(description: str, key: str, variable: str) -> str:
    note = "" if key == variable else f" (variable {variable})"
    note = cut(note, _LONGEST_DESCRIPTION // 2)
    return cut(description, _LONGEST_DESCRIPTION - len(note)) + note


def _variable(item: object) -> str:
    return sanitized(getattr(item, "variable", None))  # a list on the wire may hold null


def _is_document(item: InputLike) -> bool:
    return sanitized(item.input_type).lower().startswith(_DOCUMENT_KINDS)


def _choices(options: object) -> tuple[Choice, ...]:
    """The options, first of each text; an option without a value is chosen by its name."""
    found: dict[str, Choice] = {}
    for option in _options(options):
        value = option.value if isinstance(option.value, str | int | float) else option.name
        if isinstance(value, str | int | float) and str(value):
            found.setdefault(str(value), Choice(str(value), value, sanitized(option.name)))
    return tuple(found.values())


def _options(options: object) -> Iterable[_OptionLike]:
    if not isinstance(options, list | tuple):  # absent, null, or something nobody has seen
        return
    for option in options:  # pyright: ignore[reportUnknownVariableType]  # elements are checked here
        if hasattr(option, "name") and hasattr(option, "value"):  # pyright: ignore[reportUnknownArgumentType]
            yield option
