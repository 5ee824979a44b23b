"""`app`: makes an app of a function.

    from alli_emulator import app

    @app(inputs=["text"])
    def shout(run):
        return run.text_input("text").upper()

`python -m alli_emulator --apps my_apps.py` serves all apps of a file; `Emulator(apps=[shout])` takes them one by one,
and `Emulator.app` is the same decorator that registers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from alli_emulator.apps.ids import stable_id
from alli_emulator.apps.model import App, AppInput, Handler

__all__ = ["app"]


def app(
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
) -> Callable[[Handler], App]:
    """Makes an `App` of the decorated function; the function's name then stands for the `App`, whose `.id` runs it.

    Args:
        name: what people see; the function's own name, with spaces, where None.
        inputs: an `AppInput` each, or a variable's name alone for a text.
        id: one that looks like the service's and is the same in every process, where None.
        type, description, category, published, weight, placement, user_permission, needs_inputs: as in `App`.
    """

    def make(handler: Handler) -> App:
        called = name or getattr(handler, "__name__", "app").replace("_", " ").strip()
        return App(
            id=id or stable_id("LLMApp", called),
            name=called,
            handler=handler,
            type=type,
            description=description,
            category=category,
            published=published,
            weight=weight,
            placement=placement,
            inputs=tuple(AppInput(one) if isinstance(one, str) else one for one in inputs),
            user_permission=user_permission,
            needs_inputs=needs_inputs,
        )

    return make
