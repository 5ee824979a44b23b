"""What lies under a path of `unwrap`: keys joined by dots, `[].` before them for each item of a list, `[0].` for the first."""

from __future__ import annotations

from collections.abc import Iterable

from generator.model.api import Api
from generator.model.types import ListOf, Type, options

__all__ = ["unwrapped_type"]


def unwrapped_type(api: Api, kind: Type, paths: Iterable[str]) -> Type | None:
    """The type that the first of these paths that is documented leads to; None where none is."""
    return next((found for path in paths if (found := _reached(api, kind, path)) is not None), None)


def _reached(api: Api, kind: Type, path: str) -> Type | None:
    for prefix in ("[].", "[0]."):
        if path.startswith(prefix):
            items = [each.items for each in options(kind) if isinstance(each, ListOf)]
            found = _reached(api, items[0], path.removeprefix(prefix)) if items else None
            return ListOf(found) if found is not None and prefix == "[]." else found
    for key in path.split("."):
        fields = api.fields(kind)
        if key not in fields:
            return None
        kind = fields[key].type
    return kind
