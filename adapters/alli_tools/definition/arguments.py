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
    "CHOICES",
    "FORM",
    "MESSAGE",
    "REPLIES",
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
    "reply_in",
    "to_wire",
]

ArgumentKind = Literal["message", "text", "choice", "document", "declared", "pairs", "choices", "form"]

FileResolver = Callable[[str, str], object]
"""`resolver(handle, variable)` gives the file a model meant by a handle.

Called once per document argument and call, in the thread or task of that call. It returns what `apps.run` takes as a
file: a Path, an open binary file or `(filename, bytes_or_file[, content_type])`; or a list of document ids. None or a
LookupError means that there is no such handle, which the model sees, in the words of a LookupError that is not a
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
        variable: what the service calls it; empty where the argument stands for no variable.
        kind: "message" is the chat message, "declared" a field whose type the application gave, "pairs" a list of
            names and values of inputs, "choices" and "form" reply to what the app offered.
        description: for the model.
        choices: for `kind` "choice", at least one.
        required: False: it may be left out, or be null.
    """

    key: str
    variable: str
    kind: ArgumentKind
    description: str
    choices: tuple[Choice, ...] = ()
    required: bool = True


def refuse_files(handle: str, variable: str) -> object:
    """The resolver of an application that gave none.

    Raises:
        LookupError: always.
    """
    raise LookupError(f"no document can be given for {variable}: this tool has no resolver for documents")


MESSAGE = Argument("message", "", "message", "What to say to the app, as a complete request in the user's language.")

CHOICES = Argument(
    "choices", "", "choices", "Numbers of the choices taken, of those that the app offered last.", required=False
)

FORM = Argument("form", "", "form", "What to fill into the form that the app asked for last.", required=False)

REPLIES = (
    Argument(
        "message", "", "message", f"{MESSAGE.description} Leave it out to reply by choices or form.", required=False
    ),
    CHOICES,
    FORM,
)
"""The arguments of an app that converses and may offer choices and forms: at least one of them is given."""

FREE_INPUTS = Argument(
    "inputs", "", "pairs", "The app's inputs by name; leave out those that have no value.", required=False
)
"""Inputs whose names only the model knows. A list, because strict mode and Gemini empty an open object."""


def arguments_from_inputs(inputs: Iterable[InputLike], *, documents: bool) -> tuple[Argument, ...]:
    """The arguments of an app that has these v1 inputs; inputs without a variable are skipped.

    `documents`: whether there is a resolver for document inputs. Without one they are not arguments at all, because the
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


def declared_arguments(variables: Mapping[str, str], required: Mapping[str, bool]) -> tuple[Argument, ...]:
    """The arguments for variables whose types the application declares: variable → its description, and whether it must be given."""
    keys = argument_keys(variables)
    return tuple(
        Argument(
            keys[variable],
            variable,
            "declared",
            _with_variable(description, keys[variable], variable),
            required=required[variable],
        )
        for variable, description in variables.items()
    )


def to_wire(
    arguments: Sequence[Argument], values: Mapping[str, object], resolver: FileResolver
) -> tuple[str | None, dict[str, object]]:
    """The chat message, if any, and the `inputs` under the variables' own names. None means not given.

    Raises:
        LookupError: the resolver knows no such document.
        TypeError: the resolver gave something that is not a document, or a value is not JSON: a Path in a declared schema came from
            the model and must not be read as a file.
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
                inputs.update(_paired(value))
            case "text" | "declared":
                inputs[argument.variable] = _json(value, argument.key)
            case "choices" | "form":  # no inputs; `reply_in` has them
                pass
    return message, inputs


def reply_in(
    arguments: Sequence[Argument], values: Mapping[str, object]
) -> tuple[list[int] | None, dict[str, object] | None]:
    """The choices taken and the form filled in, if any. An empty list is none."""
    kinds = {argument.kind: values.get(argument.key) for argument in arguments}
    choices, form = kinds.get("choices"), kinds.get("form")
    return (
        [int(choice) for choice in cast("Sequence[int]", choices)] if choices else None,
        _paired(form) if form else None,
    )


def _paired(value: object) -> dict[str, object]:
    return {str(pair["name"]): pair["value"] for pair in cast("list[dict[str, object]]", value)}


def _json(value: object, key: str) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): _json(item, key) for name, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_json(item, key) for item in cast("Sequence[object]", value)]
    raise TypeError(f"{key}: must be JSON, not {type(value).__name__}")


def _document(argument: Argument, handle: str, resolver: FileResolver) -> object:
    try:
        found = resolver(handle, argument.variable)
    except (KeyError, IndexError):  # whose text is the handle, if anything
        found = None
    if found is None:
        raise LookupError(f"{argument.key}: there is no such document; give a handle that you were given")
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
