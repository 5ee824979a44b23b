"""Names that the rendered modules need themselves, so that no model, argument or parameter may have one of them.

tests/generator/test_reserved.py looks in the generated code for a name that is missing here.
"""

from __future__ import annotations

from generator.model.exports import public_names

__all__ = ["ARGUMENT_NAMES", "BUILDER_NAMES", "CLASS_NAMES"]

_IMPORTED_CLASSES = frozenset(
    {
        *("Any", "Literal", "Mapping", "Self", "Sequence", "TracebackType", "UUID", "Unpack"),
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
        *("AuthenticatedClient", "Client", "File", "OpenModel", "Reader", "Response"),
    }
)
"""Of modules that are rendered from the document: what they import, and is not a public name of the package."""

CLASS_NAMES = frozenset(f"{prefix}{name}" for name in _IMPORTED_CLASSES | public_names() for prefix in ("", "Async"))
"""The classes that a model can't be called: those above, the public ones that aren't models, and both with Async in front."""

_DECODERS = frozenset({"best_of", "first_of", "list_of", "read_date", "read_datetime", "read_json", "read_uuid"})

ARGUMENT_NAMES = _DECODERS | {
    *(
        "self",
        "alli",
        "body",
        "builtins",
        "datetime",
        "decode",
        "document",
        "fetch",
        "partial",
        "parts",
        "plain",
        "request",
        "result_formats",
    ),
    *("bool", "dict", "float", "int", "list", "str", "tuple"),
    *("afirst_page", "build", "first_page", "read_page", "request_page", "split_inputs", "wire"),
    *("anything", "as_content", "as_file", "as_files", "as_list", "given", "json_list", "json_mapping", "json_object"),
    *("json_text", "json_value", "nullable", "optional", "required", "sequence", "to_json"),
}
"""The names that an argument of a method can't have (templates/alli/resources.py.jinja)."""

BUILDER_NAMES = _DECODERS | {
    *("_build_response", "_parse_response", "datetime"),
    *(
        "asyncio",
        "asyncio_detailed",
        "build_request",
        "sync",
        "sync_detailed",
        "cast",
        "errors",
        "httpx",
        "request",
        "response",
    ),
    *("as_text", "for_async", "form_values", "header_values", "path_segment", "query_values", "to_json"),
}
"""The names that a parameter of a request builder can't have (templates/raw/endpoint_module.py.jinja)."""
