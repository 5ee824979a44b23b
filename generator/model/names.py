"""The public names of `alli` and the modules they come from, and the names that no model, argument or parameter may have.

The models that signatures need are public as well, and come from the document. tests/generator/test_reserved.py looks in the generated
code for a name that is missing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.document.problems import JsonPath, Problem
from generator.document.schemas import called
from generator.document.source_text import pascal_case
from generator.model.blocks import OperationBlock

__all__ = ["ARGUMENT_NAMES", "BUILDER_NAMES", "CLASS_NAMES", "clashes", "exports"]

_EXPORTS = {
    "client": ["Alli", "AsyncAlli"],
    "config": ["ClientOptions", "Timeout"],
    "_privacy.keys": ["APIKey"],
    "conversation": ["AsyncConversation", "Conversation"],
    "errors": [
        "APIConnectionError", "APIStatusError", "APITimeoutError", "AlliError", "AnswerFormatError", "AppError",
        "AuthenticationError", "BadRequestError", "ConfigurationError", "ConflictError", "ConversationBusyError",
        "DeadlineExceededError", "InternalServerError", "InvalidArgumentError", "JobFailedError", "MapStopped",
        "MethodNotAllowedError", "NotFoundError", "PaginationError", "PaymentError", "PermissionDeniedError",
        "RateLimitError", "StreamDecodeError", "StreamError", "StreamIdleError", "StreamInterruptedError",
        "StreamTruncatedError", "UnprocessableEntityError", "WaitTimeoutError",
    ],
    "_engines.engines": ["aiohttp_client"],
    "events": ["Completed", "ConversationStarted", "RunEvent", "TextDelta", "TextReplaced"],
    "files": ["FileInput"],
    "_files.downloaded_file": ["AsyncDownloadedFile", "DownloadedFile"],
    "_extras.answers_extras": ["AnswerThread", "AsyncAnswerThread"],
    "_jobs.background": ["AsyncBackgroundRun", "BackgroundRun"],
    "_jobs.progress": ["UploadProgress"],
    "_map.items": ["MapItem", "MapRow"],
    "_http.http_library": ["AsyncHTTPClient", "HTTPClient"],
    "pagination": ["AsyncPage", "AsyncPager", "Page"],
    "_calls.response": ["Response", "capture_responses"],
    "_extras.answer": ["Answer"],
    "_results.messages": ["Choice", "Citation", "FormField", "Message"],
    "results": ["ConversationResult", "RunResult", "SkillResult"],
    "_calls.middleware": ["AsyncSend", "Attempt", "Middleware", "Send"],
    "_observing.observers": ["CallObserver", "ObservedCall", "observe_calls"],
    "_calls.retries": ["RetryPolicy", "retryable"],
    "_stream.answer_stream": ["AnswerStream", "AsyncAnswerStream"],
    "_stream.record_stream": ["AsyncRecordStream", "RecordStream"],
    "_stream.run_stream": ["AsyncRunStream", "RunStream"],
    "version": ["__spec_version__", "__version__"],
    "raw.models.app_input": ["AppInput"],
    "raw.models.app_input_option": ["AppInputOption"],
    "raw.types": ["UNSET", "Unset"],
}  # fmt: skip

_PUBLIC = frozenset(name for module, names in _EXPORTS.items() if "models" not in module for name in names)
"""The public names that aren't models of the document."""

_IMPORTED_CLASSES = {
    "Any", "Literal", "Mapping", "Self", "Sequence", "TracebackType", "UUID", "Unpack", "AppsExtras", "Config",
    "HTTP", "HTTPClient", "HTTPResponse", "Operation", "Request", "CitationFormat", "MessageFormat", "Replacement",
    "ResultFormat", "Transport", "Client", "File", "OpenModel", "Reader", "Response",
}  # fmt: skip
"""Of modules that are rendered from the document: what they import, and is not a public name of the package."""

CLASS_NAMES = frozenset(f"{prefix}{name}" for name in _IMPORTED_CLASSES | _PUBLIC for prefix in ("", "Async"))
"""The classes that a model can't be called: those above, the public ones that aren't models, and both with Async in front."""

_DECODERS = {
    "best_of", "first_of", "list_of", "object_of", "read_date", "read_datetime", "read_json", "read_records",
    "read_uuid",
}  # fmt: skip

ARGUMENT_NAMES = _DECODERS | {
    "self", "alli", "body", "builtins", "datetime", "decode", "document", "form_of", "load_models", "name_of_file",
    "fetch", "partial", "parts", "plain", "request", "result_formats", "bool", "dict", "float", "int", "list", "str",
    "tuple", "afirst_page", "build", "first_page", "read_page", "request_page", "split_inputs", "wire", "anything",
    "declared", "nothing", "one_of", "as_content", "as_listener", "as_file", "as_files", "as_id", "as_list", "given",
    "json_list", "json_mapping", "json_object", "json_text", "json_value", "listed", "nullable", "warn_deprecated",
    "optional", "required", "sequence", "to_json",
}  # fmt: skip
"""The names that an argument of a method can't have (templates/alli/resources.py.jinja)."""

BUILDER_NAMES = _DECODERS | {
    "_build_response", "_parse_response", "datetime", "asyncio", "asyncio_detailed", "async_request_of",
    "build_request", "sync", "sync_detailed", "cast", "request", "request_of", "response", "as_text", "form_values",
    "header_values", "in_brackets", "in_one_piece", "path_segment", "query_values", "to_json",
}  # fmt: skip
"""The names that a parameter of a request builder can't have (templates/raw/endpoint_module.py.jinja)."""


def exports(models: list[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Modules, relative to the package, and the public names each gives, both sorted.

    Args:
        models: module and class of the raw models in the facade's signatures.
    """
    return sorted({**_EXPORTS, **{f"raw.models.{module}": [name] for module, name in models}}.items())


def clashes(blocks: Mapping[JsonPath, OperationBlock]) -> Iterator[Problem]:
    """The methods of one resource that have one name, and the resources whose classes have."""
    methods: dict[tuple[str, str], str] = {}
    classes: dict[str, str] = {}
    for path, block in blocks.items():
        where, place = called(path), (*path, "x-alli-sdk")
        first = classes.setdefault(pascal_case(block.resource), block.resource)
        if first != block.resource:
            message = f"{where}: x-alli-sdk: resource '{block.resource}' would have the class of '{first}'; name one of them otherwise"
            yield Problem(message, path=(*place, "resource"))
        for name, keys in _methods(block):
            key = (block.resource, name)
            if key in methods:
                yield Problem(f"{where}: {'.'.join(key)} is already the method of {methods[key]}", path=(*place, *keys))
            methods[key] = where


def _methods(block: OperationBlock) -> Iterator[tuple[str, JsonPath]]:
    """The names of all methods that a block gives, and where in it each stands."""
    for method in block.methods:
        yield method.name, () if len(block.methods) > 1 else ("method",)
        if method.handle is not None:
            yield method.handle.take_up, ("methods", method.name, "handle", "take_up")
    if block.wait is not None:
        yield "wait", ("wait",)
