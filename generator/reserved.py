"""Names that the package's modules need themselves, so that no model may have one of them."""

from __future__ import annotations

from generator.exports import public_names

__all__ = ["TAKEN_CLASSES", "taken_by_modules"]

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
            "StreamFormat",
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
