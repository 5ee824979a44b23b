"""What is wrong with an app, said when it is registered: a wrong one would spoil every list it is in."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Sequence

from alli_emulator.apps.model import App, AppInput, AppInputOption

__all__ = ["APP_TYPES", "INPUT_TYPES", "check_app", "check_inputs", "check_takes_one", "check_type"]

APP_TYPES = ("single_action", "campaign", "agent", "skill")
"""The types that the service is known to have (spec/README.md, row 27)."""

INPUT_TYPES = ("text", "paragraph", "single", "document_basic")
"""The kinds of input that were seen (spec/README.md, row 18)."""


def check_type(type: str) -> None:
    """Refuses a type of app that nobody has seen.

    Raises:
        ValueError: it is none of `APP_TYPES`.
    """
    if type not in APP_TYPES:
        raise ValueError(f"app: {_unknown('type', type, APP_TYPES)}; pass undocumented=True for another one")


def check_inputs(inputs: Sequence[AppInput | str], *, undocumented: bool = False) -> tuple[AppInput, ...]:
    """The inputs as `AppInput` each.

    Raises:
        TypeError: one is neither an `AppInput` nor a name, or has a field of a wrong type.
        ValueError: one has no variable, or another's, or a kind that nobody has seen.
    """
    if isinstance(inputs, str) or not isinstance(inputs, Sequence):
        raise TypeError(f'app: inputs must be a list, such as ["text"], not {type(inputs).__name__}')
    made: list[AppInput] = []
    for index, one in enumerate(inputs):
        where = f"app: inputs[{index}]"
        if not isinstance(one, AppInput | str):
            raise TypeError(
                f"{where} must be the name of a variable or an AppInput(variable, label), not {type(one).__name__}"
            )
        made.append(AppInput(one) if isinstance(one, str) else one)
        _check_input(where, made[-1], undocumented=undocumented)
        if made[-1].variable in [other.variable for other in made[:-1]]:
            raise ValueError(f"{where}: the variable {made[-1].variable!r} is there twice")
    return tuple(made)


def check_app(app: App) -> None:
    """Refuses an app that could not be listed or run.

    Raises:
        TypeError: the function does not take one argument, or a field is of a wrong type.
        ValueError: an input has no variable, or another's.
    """
    for name, types in (("name", str), ("description", str | None), ("category", str), ("published", bool)):
        value = getattr(app, name)
        if not isinstance(value, types):
            shown = getattr(types, "__name__", types)
            raise TypeError(f"app {app.name!r}: {name} must be {shown}, not {type(value).__name__}")
    check_inputs(app.inputs, undocumented=True)
    if not callable(app.handler):
        raise TypeError(f"app {app.name!r}: not a function: {type(app.handler).__name__}")
    check_takes_one(app.handler, f"app {app.name!r}", "the AppRun", "run")


def check_takes_one(function: Callable[..., object], what: str, argument: str, name: str) -> None:
    """Refuses a function that can't be called with one argument; `name` is what an example calls it.

    Raises:
        TypeError: it takes another number of arguments.
    """
    try:
        signature = inspect.signature(function)
    except ValueError:
        # A function of C code may have none.
        return
    called = getattr(function, "__name__", "function")
    try:
        signature.bind(object())
    except TypeError:
        raise TypeError(
            f"{what}: the function must take one argument, {argument}: def {called}({name}); it is {called}{signature}"
        ) from None


def _check_input(where: str, one: AppInput, *, undocumented: bool) -> None:
    for name in ("variable", "label", "input_type"):
        if not isinstance(getattr(one, name), str):
            raise TypeError(f"{where}.{name} must be str, not {type(getattr(one, name)).__name__}")
    if not one.variable:
        raise ValueError(f"{where}.variable must not be empty")
    for option in one.options:
        if not isinstance(option, AppInputOption):
            raise TypeError(f"{where}.options must hold AppInputOption(name, value), not {type(option).__name__}")
    if one.input_type not in INPUT_TYPES and not undocumented:
        told = _unknown("input_type", one.input_type, INPUT_TYPES)
        raise ValueError(f"{where}: {told}; pass undocumented=True for another one")


def _unknown(what: str, value: object, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(str(value), known, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return f"unknown {what} {value!r}{hint}; known are {', '.join(known)}"
