"""Names that the package's modules need themselves, so that no model or argument may have one of them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from generator.facade.exports import public_names
from generator.output.twins import NAMES

__all__ = ["TAKEN_CLASSES", "taken_by_builders", "taken_by_methods", "taken_by_modules"]

_METHODS = Path(__file__).parents[1] / "templates" / "alli" / "resources.py.jinja"
"""The template of the facade's methods."""

_BUILDERS = Path(__file__).parents[1] / "templates" / "raw" / "endpoint_module.py.jinja"
"""The template of the request builders."""

_IMPORTED = re.compile(r"^ *(?:from (?!__future__)[\w.]+ )?import (?:\(([^)]*)\)|(\w.*))$", re.MULTILINE)
_ASSIGNED = re.compile(r"^ *(\w+(?:, \w+)*)(?:: [^=\n]+)? = ", re.MULTILINE)
_DEFINED = re.compile(r"^ *(?:async )?def (\w+)\(", re.MULTILINE)

_CHECKED_WITH = frozenset({"bool", "dict", "float", "int", "list", "str", "tuple"})
"""Builtins in the code that checks arguments (facade/argument_types.py, facade/calls.py)."""

TAKEN_CLASSES = frozenset(
    {
        *("Any", "Literal", "Mapping", "Self", "Sequence", "TracebackType", "Unpack"),
        *(
            "AppsExtras",
            "Config",
            "HTTP",
            "HTTPClient",
            "HTTPResponse",
            "Operation",
            "Request",
            "CitationFormat",
            "MessageFormat",
            "Replacement",
            "ResultFormat",
            "Transport",
        ),
        *("AuthenticatedClient", "Client", "File", "OpenModel", "Reader", "Response", "UUID"),
    }
)
"""Of modules that are rendered from the document: what they import, and is no public name of the package."""


def taken_by_modules() -> frozenset[str]:
    """The classes that a model can't be called: those above, the public ones that are no models, and both with Async in front."""
    names = TAKEN_CLASSES | public_names()
    return names | {f"Async{name}" for name in names}


@cache
def taken_by_methods() -> frozenset[str]:
    """The names that an argument of a method can't have."""
    names = _needed(_METHODS) | _CHECKED_WITH | {"self"}
    return names | {NAMES[name] for name in names & NAMES.keys()}


@cache
def taken_by_builders() -> frozenset[str]:
    """The names that a parameter of a request builder can't have."""
    return _needed(_BUILDERS)


def _needed(template: Path) -> frozenset[str]:
    """The names that a rendered module needs itself: what its template imports, assigns and defines."""
    text = template.read_text("utf-8")
    imported = [inside or line for inside, line in _IMPORTED.findall(text)]
    found = [*imported, *_ASSIGNED.findall(text), *_DEFINED.findall(text)]
    return frozenset(re.findall(r"\w+", " ".join(found)))
