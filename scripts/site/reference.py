"""The pages of the reference, made from what `alli` makes public: a new public name is on a page without an edit here."""

from __future__ import annotations

import ast
from pathlib import Path

__all__ = ["public_names"]

TITLES = {
    "client": "Clients",
    "config": "Settings",
    "_calls.retries": "Settings",
    "_http.http_library": "Settings",
    "results": "Results",
    "events": "Streams",
    "conversation": "Conversations",
    "pagination": "Pages",
    "files": "Files",
    "errors": "Errors",
    "version": "Version",
}
"""Module of `alli` → title of its page. Other modules get a page of their own name, and the models one for all."""
MODELS = "Models"


def public_names(package: Path) -> dict[str, list[str]]:
    """Title of a page → the public names on it, read from the imports of the package's `__init__.py` without importing it."""
    tree = ast.parse((package / "__init__.py").read_text("utf-8"))
    pages: dict[str, list[str]] = {title: [] for title in dict.fromkeys(TITLES.values())}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            names = pages.setdefault(_title(node.module), [])
            names += [f"alli.{alias.asname or alias.name}" for alias in node.names]
    return {title: names for title, names in pages.items() if names}


def _title(module: str) -> str:
    if module.startswith("raw.models"):
        return MODELS
    if module.startswith("_stream."):
        return TITLES["events"]
    return TITLES.get(module) or module.rpartition(".")[2].replace("_", " ").capitalize()
