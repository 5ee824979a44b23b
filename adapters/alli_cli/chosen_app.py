"""Which app the user means by an id or a name."""

from __future__ import annotations

import base64
import binascii
from difflib import get_close_matches

from alli import Alli, App

__all__ = ["AppChoiceError", "choose_app"]


class AppChoiceError(Exception):
    """No app, or more than one, is called what the user typed; the text says which there are."""


def choose_app(client: Alli, wanted: str) -> App:
    """The app with this id, or the only one with exactly this name. Never guesses.

    Raises:
        AppChoiceError: the name fits no app, or several.
        AlliError: from listing the apps.
    """
    if _is_id(wanted):
        return client.apps.get(wanted)
    apps = list(client.apps.list())
    found = [app for app in apps if wanted in (app.name, app.id)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = "\n".join(f"  {app.id}  {app.type}" for app in found)
        raise AppChoiceError(f"{len(found)} apps are called {wanted!r}; pass the id of one:\n{ids}")
    near = get_close_matches(wanted, [str(app.name) for app in apps], n=3)
    hint = f"did you mean {' or '.join(repr(name) for name in near)}? " if near else ""
    raise AppChoiceError(f"no app has the id or the name {wanted!r}; {hint}`alli apps` lists them all")


def _is_id(text: str) -> bool:
    """Ids are base64 of a kind, a colon and a number, such as `LLMApp:65f…`."""
    try:
        return b":" in base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
