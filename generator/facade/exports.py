"""The public names of `alli` and the modules they come from; the models that signatures need come on top, from the document."""

from __future__ import annotations

__all__ = ["exports", "public_names"]

_EXPORTS = {
    "client": ["Alli", "AsyncAlli"],
    "config": ["APIKey", "ClientOptions", "Timeout"],
    "conversation": ["AsyncConversation", "Conversation"],
    "errors": [
        "APIConnectionError",
        "APIStatusError",
        "APITimeoutError",
        "AlliError",
        "AppError",
        "AuthenticationError",
        "BadRequestError",
        "ConfigurationError",
        "ConflictError",
        "ConversationBusyError",
        "DeadlineExceededError",
        "InternalServerError",
        "InvalidArgumentError",
        "MapStopped",
        "MethodNotAllowedError",
        "NotFoundError",
        "PaginationError",
        "PaymentError",
        "PermissionDeniedError",
        "RateLimitError",
        "StreamDecodeError",
        "StreamError",
        "StreamIdleError",
        "StreamInterruptedError",
        "StreamTruncatedError",
        "UnprocessableEntityError",
    ],
    "events": ["Completed", "ConversationStarted", "RunEvent", "TextDelta", "TextReplaced"],
    "files": ["FileInput"],
    "_map.items": ["MapItem", "MapRow"],
    "_http.http_library": ["AsyncHTTPClient", "HTTPClient"],
    "pagination": ["AsyncPage", "AsyncPager", "Page"],
    "_calls.response": ["Response", "capture_responses"],
    "results": ["Citation", "ConversationResult", "Message", "RunResult", "SkillResult"],
    "_calls.middleware": ["AsyncSend", "Attempt", "Middleware", "Send"],
    "_calls.retries": ["RetryPolicy", "retryable"],
    "_stream.record_stream": ["AsyncRecordStream", "RecordStream"],
    "_stream.run_stream": ["AsyncRunStream", "RunStream"],
    "version": ["__spec_version__", "__version__"],
    "raw.models.app_input": ["AppInput"],
    "raw.models.app_input_option": ["AppInputOption"],
    "raw.types": ["UNSET", "Unset"],
}


def public_names() -> frozenset[str]:
    """The public names that aren't models of the document."""
    return frozenset(name for module, names in _EXPORTS.items() if "models" not in module for name in names)


def exports(models: list[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Modules, relative to the package, and the public names each gives, both sorted.

    Args:
        models: module and class of the raw models in the facade's signatures.
    """
    table = dict(_EXPORTS)
    for module, name in models:
        table[f"raw.models.{module}"] = [name]
    return sorted(table.items())
