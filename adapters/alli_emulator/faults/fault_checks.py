"""What is wrong with a fault, said when it is set: one that can't match any request would never fire."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from urllib.parse import unquote

from alli_emulator.apps.model import App
from alli_emulator.faults.fault import Fault
from alli_emulator.faults.fault_json import FaultError

__all__ = ["check_subject"]

_PARAMETER = re.compile(r"{[^{}]*}")
_ANY_ID = "\0"
_LOOKS_LIKE_AN_ID = re.compile(r"(?=[^/]*\d)[A-Za-z0-9+=_.-]{12,}")
_SHORTEST_PIECE = 4
"""Characters of an id that are known as part of it."""


def check_subject(fault: Fault, apps: Sequence[App], paths: Iterable[tuple[str, str]], ids: Collection[str]) -> None:
    """Refuses a fault that no request could meet.

    Args:
        paths: method and path of all that is served or documented.
        ids: the ids that a path may hold, such as those of the apps.

    Raises:
        FaultError: the app is unknown, or no such path with this method has the text in it.
    """
    _check_app(fault.app, apps)
    known = [(method, path) for method, path in paths if fault.method in (None, method, method.lower())]
    if not known:
        raise FaultError(f"fault.method: no path has the method {fault.method}")
    wanted = unquote(fault.path_contains)
    possible = [_PARAMETER.sub(_ANY_ID, path) for _, path in known]
    if not any(text in path for text in (wanted, _with_ids_replaced(wanted, ids)) for path in possible):
        shown = sorted({path for _, path in known})
        words = {piece for path in shown for piece in path.split("/") if piece and "{" not in piece}
        near = [
            word for piece in wanted.split("/") for word in difflib.get_close_matches(piece, words, n=2, cutoff=0.7)
        ]
        hint = f" (did you mean {' or '.join(repr(one) for one in near)}?)" if near else ""
        with_method = f" {fault.method}" if fault.method else ""
        raise FaultError(
            f"fault.path_contains: no{with_method} request can have {fault.path_contains!r} in its path{hint}; "
            f"paths are {', '.join(shown)}"
        )


def _check_app(wanted: App | str | None, apps: Sequence[App]) -> None:
    if wanted is None:
        return
    if isinstance(wanted, App):
        if wanted.id not in [app.id for app in apps]:
            raise FaultError(f"fault.app: {wanted.name!r} is not registered in this emulator")
    elif wanted not in [text for app in apps for text in (app.id, app.name)]:
        names = [app.name for app in apps]
        near = difflib.get_close_matches(wanted, names, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise FaultError(f"fault.app: no app has the id or name {wanted!r}{hint}; apps are {', '.join(names)}")


def _with_ids_replaced(text: str, ids: Collection[str]) -> str:
    """Ids, and pieces of ids, become what the paths have in the place of theirs."""
    for one in sorted(ids, key=len, reverse=True):
        text = text.replace(one, _ANY_ID)
    pieces = text.split("/")
    for index, piece in enumerate(pieces):
        is_piece_of_id = len(piece) >= _SHORTEST_PIECE and any(piece in one for one in ids)
        if is_piece_of_id or _LOOKS_LIKE_AN_ID.fullmatch(piece):
            pieces[index] = _ANY_ID
    return "/".join(pieces)
