"""The inputs of an app, and `-i name=value` of the command line turned into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from alli import Alli, App, NotFoundError

__all__ = ["InputError", "kinds_of_inputs", "parse_inputs", "read_inputs"]

DOCUMENT = "document"
"""How the kinds of input that take a file begin."""


class InputError(Exception):
    """An input that can't be sent as it was typed."""


def parse_inputs(pairs: Sequence[str]) -> dict[str, str]:
    """`name=value` each, as a dictionary.

    Raises:
        InputError: a pair has no `=`, or a name comes twice.
    """
    inputs: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise InputError("-i takes name=value, or name=@file for what is in a file")
        if name in inputs:
            raise InputError(f"-i {name}=… is there twice")
        inputs[name] = value
    return inputs


def kinds_of_inputs(client: Alli, app: App) -> dict[str, str]:
    """Name → kind of the app's inputs; empty for an app that declares none."""
    if app.type != "single_action":
        return {}
    try:
        return {str(one.variable): str(one.input_type) for one in client.apps.inputs(str(app.id)) if one.variable}
    except NotFoundError:
        return {}  # of one list of the service, but not of the other


def read_inputs(inputs: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, object]:
    """Reads `@file` values: as text for an input that takes text, as a file for one that takes a document. `@@` is a plain @.

    Args:
        inputs: name → value as typed.
        kinds: as `kinds_of_inputs` gives them. Inputs that are not among them take a file.

    Raises:
        InputError: names what is wrong, never the value: a file can't be read, or the app knows no such input.
    """
    unknown = sorted(inputs.keys() - kinds.keys()) if kinds else []
    if unknown:
        raise InputError(f"the app has no input {', '.join(unknown)}; it has: {', '.join(kinds)}")
    return {name: _value(name, value, kinds.get(name, DOCUMENT)) for name, value in inputs.items()}


def _value(name: str, value: str, kind: str) -> object:
    if value.startswith("@@"):
        return value[1:]
    if not value.startswith("@"):
        return value
    path = Path(value[1:])
    if not path.is_file():
        raise InputError(f"-i {name}=@…: there is no such file")
    if kind.startswith(DOCUMENT):
        return path
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"-i {name}=@…: the app takes text here, and the file is not UTF-8 text") from None
    except OSError as error:
        raise InputError(f"-i {name}=@…: the file can't be read: {error.strerror}") from None
