"""Docstrings of the facade's methods, from the document's words and the overlay's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from generator.document.source_text import folded
from generator.facade.answers import Returned
from generator.facade.arguments import Argument, Arguments
from generator.model.api import Operation
from generator.model.blocks import MethodBlock, OperationBlock
from generator.model.printers import ANSWER, printer
from generator.model.types import ListOf, models_in

__all__ = ["arguments_text", "fence_of", "in_markdown", "method_text", "source_text"]

WIDTH = 112
"""Columns of a docstring's lines, counted from its own left edge; 8 more make the line length."""

UNDESCRIBED = "not described in the document"
"""What docstrings say of an argument or a status that neither the document nor the overlay describes."""

_RETURNS = {
    "AsyncRunStream": "A stream of events; open it with `async with`. The request goes out when it is entered or first read.",
    "AsyncDownloadedFile": "The file, whose bytes are still to come: `.save(path)`, `.iter_bytes()`, `.read()`, `.filename`, `.content_type`. "
    "Use it with `async with`, which closes its connection.",
    "AsyncAnswerStream": "A stream of events that ends with an `Answer`; open it with `async with`. The request goes out when it is entered "
    "or first read.",
    "Answer": "The answer: `.text`, `.citations`, `.intent`, `.thread_id`, `.follow_up_question`, `.raw`.",
    "AsyncBackgroundRun": "A handle of the run, which goes on in the service: `.id` to keep, `.result()` to wait for its answer.",
    "RunResult": "What the app answered: `.text`, `.messages`, `.citations`, `.conversation_id`, `.raw` and more.",
    "SkillResult": "What the skill answered: `.text`.",
    "Any": "The JSON of the answer as it came.",
    "None": "Nothing: the answer has no content.",
    "str": "The text of the answer.",
    "bytes": "The content of the answer.",
    "dict[str, Any]": "The JSON object of the answer, as a dict.",
    "ConversationResult": "What the service answered: `.conversation_id` if there is one, and `.raw`.",
}
_STATUS_ERRORS = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "402": "PaymentError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "UnprocessableEntityError",
    "429": "RateLimitError",
    "500": "InternalServerError",
}
"""Classes of templates/alli/errors.py. 405 is left out: no argument can bring it about."""

_SENTENCES = {
    "400": "a parameter or the JSON is not what the service takes (400, or code 7002 or 7003).",
    "401": "the API key is wrong or missing (401, or code 7001).",
    "403": "the service refuses this to the key or the user (403).",
    "500": "the service failed (500 and up, or code 7000).",
}
"""Of the statuses that the service's own codes cut across (spec/README.md, "Errors, as they are answered"), where the document's words
for the status would mislead. The others are given in its words."""

_SHORT_CODE = re.compile(r"`[^`]{1,60}`")

RUN_SECONDS, READ_SECONDS = 600, 60
"""As in templates/alli/config.py; tests/generator/test_texts.py holds both together."""


_ON_PROGRESS = (
    "Called with an `UploadProgress` for each piece of the body that is sent, of 64 KiB at most, in the thread or task that sends it. "
    "AsyncAlli takes a coroutine function, too. What it raises ends the upload."
)


def fence_of(text: str) -> str:
    """What opens and closes a block of this text in Markdown: longer than any fence in it."""
    return "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))


def in_markdown(text: str) -> str:
    """Text as one paragraph of Markdown that means nothing but itself."""
    plain = re.sub(r"([\\`*\[\]<>#|~&!])", r"\\\1", " ".join(text.split()))
    return re.sub(r"(?<!\w)_|_(?!\w)|^[-+=]|(?<=^\d)[.)](?=\s)", lambda match: f"\\{match[0]}", plain)


def method_text(
    operation: Operation, block: OperationBlock, method: MethodBlock, arguments: Arguments, returned: Returned
) -> str:
    """The text of a method's docstring at column 0, not escaped.

    Args:
        operation: What the method calls.
        block: What the overlay says of the operation.
        method: Which of its methods.
        arguments: Of the method.
        returned: What it gives.
    """
    summary = method.doc or operation.summary or block.operation_id.replace("_", " ")
    paragraphs = [_sentence(summary)]
    if operation.description and operation.description.rstrip(".") != summary.rstrip("."):
        paragraphs += operation.description.split("\n\n")
    if operation.deprecated:
        paragraphs.append("Deprecated: the service may remove it.")
    text = "\n\n".join(_wrapped(paragraph) for paragraph in paragraphs)
    if arguments.all:
        text += "\n\n" + arguments_text(arguments.all)
    if block.progress:
        text += "\n" + _wrapped(f"on_progress: {_ON_PROGRESS}", "    ")
    text += "\n\nReturns:\n" + _wrapped(_told_returns(block, method, returned), "    ")
    raises = dict(_raises(operation, block, method, arguments, returned))
    text += "\n\nRaises:\n" + "\n".join(_wrapped(f"{name}: {when}", "    ") for name, when in raises.items())
    if block.source:
        text += f"\n\n{source_text(block.source)}"
    elif block.grade:
        text += "\n\n" + _wrapped(f"Source: {_GRADES[block.grade]} (spec/README.md).")
    return text + "\n"


def arguments_text(arguments: Iterable[Argument]) -> str:
    """The section of a docstring that tells of arguments, at column 0 and not escaped."""
    entries = [_wrapped(f"{a.name}: {_sentence(a.doc or UNDESCRIBED)}", "    ") for a in arguments]
    return "\n".join(["Args:", *entries])


def source_text(source: str | None) -> str:
    """The line of a docstring that tells where its facts are from; "" where that isn't known."""
    return f"Source: {' '.join(source.split())}" if source else ""


def _told_returns(block: OperationBlock, method: MethodBlock, returned: Returned) -> str:
    if returned.kind == "page":
        return (
            "A list in pages. `async for` walks the items of all pages; "
            f"`await client.{block.resource}.{method.name}(…)` is the first page, with `.items`, `.cursor` and `.get_next_page()`."
        )
    name = returned.annotation().replace("builtins.", "")
    if returned.kind == "records":
        record = printer(returned.type).annotation(ANSWER).replace("builtins.", "")
        return f"A stream of records, each a `{record}`; open it with `async with`. The request goes out when it is entered or first read."
    if name in _RETURNS:
        return _RETURNS[name]
    if isinstance(returned.type, ListOf):
        return f"A list, each item of type `{printer(returned.type.items).annotation(ANSWER)}`."
    if not models_in(returned.type):
        return f"The `{name}` of the answer."
    return f"The `{name}` of the answer; a field that it leaves out reads as None, and unknown fields are in `.extra`."


def _raises(
    operation: Operation, block: OperationBlock, method: MethodBlock, arguments: Arguments, returned: Returned
) -> Iterator[tuple[str, str]]:
    statuses = operation.errors
    if arguments.all:
        yield "InvalidArgumentError", "an argument can't be sent as it is; nothing was sent."
    if returned.kind in ("stream", "records"):
        yield (
            "AlliError",
            "while it is entered or read: as for the call without a stream, and a StreamError if it breaks off.",
        )
        return
    for status, name in _STATUS_ERRORS.items():
        if status in statuses:
            words = _sentence(statuses[status] or UNDESCRIBED).removesuffix(".") + f" ({status})."
            yield name, _SENTENCES.get(status, words[:1].lower() + words[1:])
    if "403" in statuses and "402" not in statuses:
        yield "PaymentError", "the account has a billing problem (402, or code 7004)."
    yield "APIStatusError", "any other error status; base class of those above."
    if returned.kind != "page":
        yield "AppError", "the service reported an error in a 200 response."
    seconds = RUN_SECONDS if block.timeout == "run" else READ_SECONDS
    yield "APITimeoutError", f"no answer within {seconds} s, or the client's `timeout`."
    yield "APIConnectionError", "no answer arrived."


_GRADES = {
    "live": "seen on the service; no official page describes it",
    "doc·P": "a transcription of an official page, which was not seen here",
    "code": "programs that call it; no official page describes it",
    "assumed": "inferred; nobody has shown it",
}
"""What is said of an operation by its grade."""


def _sentence(text: str) -> str:
    text = text.strip().removeprefix("Optional: ")
    return text if text.endswith((".", "!", "?", ")")) else f"{text}."


def _wrapped(text: str, indent: str = "") -> str:
    # A piece of code stays on one line: NUL is no place to break at.
    unbroken = _SHORT_CODE.sub(lambda found: found[0].replace(" ", "\0"), " ".join(text.split()))
    return folded(unbroken, WIDTH, indent).replace("\0", " ")
