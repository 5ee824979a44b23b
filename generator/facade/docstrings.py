"""Docstrings of the facade's methods, from the document's words and the overlay's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from generator.document.source_text import folded, sentence
from generator.facade.answers import Returned
from generator.facade.arguments import Argument, Arguments
from generator.facade.offers import Offer
from generator.model.printers import ANSWER, annotation
from generator.model.types import ListOf, models_in

__all__ = ["arguments_text", "fence_of", "going", "in_markdown", "method_text", "source_text"]

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
_PARTICULAR = {"402": "PaymentError", "404": "NotFoundError", "409": "ConflictError"}
"""Classes of templates/alli/errors.py that say something of one operation. What any call can raise is on the page on errors."""

ERRORS_PAGE = "https://alli-sdk.readthedocs.io/guides/errors/"
"""As in templates/alli/errors.py; tests/generator/test_texts.py holds both together."""

_SHORT_CODE = re.compile(r"`[^`]{1,60}`")

RUN_SECONDS = 600
"""As in templates/alli/config.py; tests/generator/test_texts.py holds both together."""


_ON_PROGRESS = (
    "Called with an `UploadProgress` for each piece of the body that is sent, of 64 KiB at most, in the thread or task that sends it. "
    "The async client takes a coroutine function, too. What it raises ends the upload."
)


def fence_of(text: str) -> str:
    """What opens and closes a block of this text in Markdown: longer than any fence in it."""
    return "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))


def in_markdown(text: str) -> str:
    """Text as one paragraph of Markdown that means nothing but itself."""
    plain = re.sub(r"([\\`*\[\]<>#|~&!])", r"\\\1", " ".join(text.split()))
    return re.sub(r"(?<!\w)_|_(?!\w)|^[-+=]|(?<=^\d)[.)](?=\s)", lambda match: f"\\{match[0]}", plain)


def method_text(offer: Offer, arguments: Arguments, returned: Returned) -> str:
    """The text of a method's docstring at column 0, not escaped."""
    operation, block, method = offer.operation, offer.block, offer.method
    summary = operation.summary or operation.id.replace("_", " ")
    paragraphs = method.doc.split("\n\n") if method.doc else [sentence(summary)]
    if not method.doc and operation.description and operation.description.rstrip(".") != summary.rstrip("."):
        paragraphs += operation.description.split("\n\n")
    if operation.sunset is not None:
        paragraphs.append(f"Deprecated: {going(operation.sunset)}.")
    text = "\n\n".join(_wrapped(paragraph) for paragraph in paragraphs)
    if arguments.all:
        text += "\n\n" + arguments_text(arguments.all)
    if block.progress:
        text += "\n" + _wrapped(f"on_progress: {_ON_PROGRESS}", "    ")
    text += "\n\nReturns:\n" + _wrapped(_returns(offer, returned), "    ")
    raises = dict(_raises(offer, arguments, returned))
    raises["AlliError"] = f"any {'other ' if raises else ''}failure{_LATER.get(returned.kind, '')}: {ERRORS_PAGE}"
    text += "\n\nRaises:\n" + "\n".join(_wrapped(f"{name}: {when}", "    ") for name, when in raises.items())
    if block.source:
        text += f"\n\n{source_text(block.source)}"
    elif block.grade:
        text += "\n\n" + _wrapped(f"Source: {_GRADES[block.grade]} (spec/README.md).")
    return text + "\n"


def going(sunset: str) -> str:
    """What becomes of something deprecated; see `constraints.sunset`."""
    return f"the service removes it on {sunset}" if sunset else "the service may remove it"


def arguments_text(arguments: Iterable[Argument]) -> str:
    """The section of a docstring that tells of arguments, at column 0 and not escaped."""
    entries = [_wrapped(f"{a.name}: {sentence(a.doc or UNDESCRIBED)}", "    ") for a in arguments]
    return "\n".join(["Args:", *entries])


def source_text(source: str | None) -> str:
    """The line of a docstring that tells where its facts are from; "" where that isn't known."""
    return f"Source: {' '.join(source.split())}" if source else ""


def _returns(offer: Offer, returned: Returned) -> str:
    if returned.kind == "page":
        page = offer.block.pagination
        total = "`.total`, " if page is not None and page.total else ""
        return (
            "A list in pages. `async for` walks the items of all pages; "
            f"`await client.{offer.name}(…)` is the first page, with `.items`, {total}`.cursor` and `.get_next_page()`."
        )
    name = returned.annotation().replace("builtins.", "")
    if returned.kind == "records":
        record = annotation(returned.type, ANSWER).replace("builtins.", "")
        return f"A stream of records, each a `{record}`; open it with `async with`. The request goes out when it is entered or first read."
    if name in _RETURNS:
        return _RETURNS[name]
    if isinstance(returned.type, ListOf):
        return f"A list, each item of type `{annotation(returned.type.items, ANSWER)}`."
    if not models_in(returned.type):
        return f"The `{name}` of the answer."
    return f"The `{name}`, with None for what the service left out."


def _raises(offer: Offer, arguments: Arguments, returned: Returned) -> Iterator[tuple[str, str]]:
    statuses, runs = offer.operation.errors, offer.block.timeout == "run"
    for status, name in _PARTICULAR.items():
        # 404 is documented of operations, too, that have no id in their path to be unknown.
        if status in statuses and (status != "404" or arguments.path):
            words = sentence(statuses[status] or UNDESCRIBED).removesuffix(".") + f" ({status})."
            yield name, words[:1].lower() + words[1:]
    if runs:
        yield "AppError", "the app, or the service in a 200 response, reports an error."
    if returned.kind == "page":
        yield "PaginationError", "a page that was read came again, which would never end."
    if returned.kind in ("stream", "streamed_result", "records"):
        yield "StreamError", "the stream breaks off."
    if runs and returned.kind not in ("stream", "records"):
        yield "APITimeoutError", f"no answer within {RUN_SECONDS} s, or the client's `timeout`; it may have run."


_LATER = {"page": ", also of a later page"} | dict.fromkeys(("stream", "records"), ", while the stream is read")
"""When a method raises that returns at once."""

_GRADES = {
    "live": "seen on the service; no official page describes it",
    "doc·P": "a transcription of an official page, which was not seen here",
    "code": "programs that call it; no official page describes it",
    "assumed": "inferred; nobody has shown it",
}
"""What is said of an operation by its grade."""


def _wrapped(text: str, indent: str = "") -> str:
    # A piece of code stays on one line: NUL is no place to break at.
    unbroken = _SHORT_CODE.sub(lambda found: found[0].replace(" ", "\0"), " ".join(text.split()))
    return folded(unbroken, WIDTH, indent).replace("\0", " ")
