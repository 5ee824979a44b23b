"""`app`: makes an app of a function.

    from alli_emulator import app

    @app(inputs=["text"])
    def shout(run):
        return run.text_input("text").upper()

`python -m alli_emulator --apps my_apps.py` serves all apps of a file; `Emulator(apps=[shout])` takes them one by one,
and `Emulator.app` is the same decorator that registers at once. `@app` works without parentheses, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import overload

from alli_emulator.apps.checks import check_app, check_inputs, check_type
from alli_emulator.apps.ids import stable_id
from alli_emulator.apps.model import App, AppInput, Handler

__all__ = ["AppDecorator", "app"]


class AppDecorator:
    """A decorator that makes an `App` of a function, and hands it on to `register`."""

    def __init__(self, register: Callable[[App], App]) -> None:
        self._register = register

    @overload
    def __call__(self, handler: Handler, /) -> App: ...

    @overload
    def __call__(
        self,
        *,
        name: str | None = None,
        type: str = "single_action",
        inputs: Sequence[AppInput | str] = (),
        description: str | None = None,
        category: str = "GENERAL",
        published: bool = True,
        weight: int = 0,
        placement: str | None = None,
        id: str | None = None,
        user_permission: Mapping[str, object] | None = None,
        needs_inputs: bool = False,
        may_fail: bool = False,
        undocumented: bool = False,
    ) -> Callable[[Handler], App]: ...

    def __call__(
        self,
        handler: Handler | None = None,
        *,
        name: str | None = None,
        type: str = "single_action",
        inputs: Sequence[AppInput | str] = (),
        description: str | None = None,
        category: str = "GENERAL",
        published: bool = True,
        weight: int = 0,
        placement: str | None = None,
        id: str | None = None,
        user_permission: Mapping[str, object] | None = None,
        needs_inputs: bool = False,
        may_fail: bool = False,
        undocumented: bool = False,
    ) -> App | Callable[[Handler], App]:
        """Makes an `App` of the decorated function; the function's name then stands for the `App`, whose `.id` runs it.

        Args:
            name: what people see; the function's own name, with spaces, where None.
            type: `single_action`, `campaign`, `agent` or `skill`.
            inputs: an `AppInput` each, or a variable's name alone for a text.
            id: one that looks like the service's and is the same in every process, where None.
            may_fail: what the function raises is expected: `Emulator.verify` does not report it.
            undocumented: `type` and the kinds of the inputs may be others than the service is known to have.
            description, category, published, weight, placement, user_permission, needs_inputs: as in `App`.

        Raises:
            TypeError: the function does not take one argument, the `AppRun`; or an input is of another type.
            ValueError: an unknown `type` or kind of input, or two inputs of one variable.
        """

        def make(function: Handler) -> App:
            called = name or getattr(function, "__name__", "app").replace("_", " ").strip()
            made = App(
                id=id or stable_id("LLMApp", called),
                name=called,
                handler=function,
                type=type,
                description=description,
                category=category,
                published=published,
                weight=weight,
                placement=placement,
                inputs=checked,
                user_permission=user_permission,
                needs_inputs=needs_inputs,
                may_fail=may_fail,
            )
            check_app(made)
            return self._register(made)

        # What is wrong with the arguments is reported where they stand, before there is a function.
        checked = check_inputs(inputs, undocumented=undocumented)
        if not undocumented:
            check_type(type)
        return make if handler is None else make(handler)


app = AppDecorator(lambda made: made)
