"""Running an app: `run` in its three modes, `run_conversation`, and the skill endpoint."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from alli_emulator.apps.conversations import Conversation
from alli_emulator.apps.model import App, AppFailure, AppFile
from alli_emulator.contract.problems import Problem
from alli_emulator.requests.exchange import FORM, Exchange
from alli_emulator.routes.context import Context
from alli_emulator.routes.endpoints import Endpoints
from alli_emulator.runs.app_errors import AppCrash
from alli_emulator.runs.jobs import Job
from alli_emulator.wire.record_stream import MEDIA_TYPE, RecordStream
from alli_emulator.wire.refusals import Refusal, internal_error, invalid_json, not_found
from alli_emulator.wire.wire_json import loads

__all__ = ["endpoints"]

_log = logging.getLogger("alli_emulator")

_DJANGO_NO_JSON = "Expecting value: line 1 column 1 (char 0)"
"""What the page prints where a run has no inputs."""


def endpoints(context: Context) -> Endpoints:
    """run_app, run_conversation, run_skill."""

    def conversation_of(app: App, exchange: Exchange, conversation_id: str | None) -> Conversation:
        if not conversation_id:
            return context.store.start(app, exchange.user_id)
        found = context.store.conversation(conversation_id)
        if found is None or found.app_id != app.id:
            raise not_found("Conversation not found")
        if found.ended:
            context.refuse(
                exchange, [Problem(("body", "conversationId"), "value_error", "names an ended conversation")]
            )
        return found

    async def run_app(exchange: Exchange) -> Response:
        app = context.app(exchange)
        body, files = _run_body(context, exchange)
        chat: dict[str, Any] = body.get("chat") or {}
        message: str = chat.get("message") or ""
        inputs: dict[str, object] = body.get("inputs") or {}
        needs_inputs = app.needs_inputs or context.dialect.profile == "documented"
        if needs_inputs and not (inputs or message or files):
            raise internal_error(_DJANGO_NO_JSON)
        stateful = bool(body.get("isStateful"))
        conversation = conversation_of(app, exchange, body.get("conversationId"))
        work = context.job(
            app, conversation, exchange, stays_open=stateful, inputs=inputs, message=message, files=files
        )
        variables: list[str] = body.get("requiredVariables") or []
        mode = body.get("mode") or "sync"
        if mode == "stream":
            return RecordStream(
                _stream(context, "run_app", work, lambda: {"result": work.turn.run_result(variables)}), context.pace
            )
        if mode == "background":
            context.background.start(conversation, work)
            return context.answer("run_app", {"result": {"conversation": {"id": conversation.id}}})
        try:
            await work.finish()
        except AppFailure as failure:
            return context.answer("run_app", {"error": str(failure)})
        return context.answer("run_app", {"result": work.turn.run_result(variables)})

    async def run_conversation(exchange: Exchange) -> Response:
        app = context.app(exchange)
        context.form_only("run_conversation", exchange)
        form = exchange.form or FormData()
        choices: list[int] = _json_field(context, exchange, form, "choices", list) or []
        sent_form = _json_field(context, exchange, form, "sendFormInput", dict)
        if sent_form is None:
            sent_form = _json_field(context, exchange, form, "send_form_input", dict)
        conversation = conversation_of(app, exchange, _text(form, "conversationId"))
        _check_choices(context, exchange, choices, conversation)
        work = context.job(
            app,
            conversation,
            exchange,
            stays_open=True,
            message=_text(form, "message"),
            files=_files(form),
            choices=tuple(choices),
            form=sent_form,
        )
        return RecordStream(
            _stream(context, "run_conversation", work, work.turn.conversation_record, replacements=True), context.pace
        )

    async def run_skill(exchange: Exchange) -> Response:
        body = context.json_body("run_skill", exchange)
        app = context.store.app_by_skill_id(body["id"])
        if app is None:
            raise not_found()
        conversation = context.store.start(app, exchange.user_id)
        variables: dict[str, object] = body.get("variables") or {}
        work = context.job(app, conversation, exchange, stays_open=False, inputs=variables, message=body["text"])
        try:
            await work.finish()
        except AppFailure as failure:
            return context.answer("run_skill", {"result": work.turn.text, "errors": [str(failure)]})
        return context.answer("run_skill", {"result": work.turn.text})

    return {
        "run_app": run_app,
        "run_conversation": run_conversation,
        "run_skill": run_skill,
    }


async def _stream(
    context: Context,
    operation: str,
    work: Job,
    snapshot: Callable[[], dict[str, object]],
    *,
    replacements: bool = False,
) -> AsyncGenerator[dict[str, object], None]:
    """The records of a run: one before the first step, one after each, the finished one, replacements.

    An app that fails half-way ends the stream with an error record, as nothing else can be said after a 200.
    """

    def checked(record: dict[str, object]) -> dict[str, object]:
        context.check(operation, MEDIA_TYPE, record)
        return record

    try:
        yield checked(snapshot())
        async with aclosing(work.steps()) as steps:
            async for _ in steps:
                yield checked(snapshot())
        yield checked(snapshot())
        if replacements:
            for record in work.turn.replacement_records():
                yield checked(record)
    except AppFailure as failure:
        yield {"error": str(failure)}
    except (AppCrash, Refusal) as error:
        _log.exception("app of type %s failed in a stream", work.app.type)
        yield {"errors": f"internal error. {error.kind if isinstance(error, AppCrash) else type(error).__name__}"}


def _run_body(context: Context, exchange: Exchange) -> tuple[dict[str, Any], tuple[AppFile, ...]]:
    """The JSON of a run and its files, from either of the two encodings."""
    if exchange.media_type != FORM:
        return context.json_body("run_app", exchange), ()
    context.form_only("run_app", exchange)
    form = exchange.form or FormData()
    return context.json_body("run_app", exchange, _text(form, "json")), _files(form)


def _check_choices(context: Context, exchange: Exchange, choices: Sequence[int], conversation: Conversation) -> None:
    """Refuses indices that the last turn did not offer, as any wrong parameter (row 7): how the service does it is not known."""
    if not all(type(one) is int for one in choices):
        context.refuse(exchange, [Problem(("body", "choices"), "type", "must hold indices of the offered choices")])
    if any(not 0 <= one < conversation.offered for one in choices):
        told = f"must be indices of the choices that the last turn offered, which are {conversation.offered}"
        context.refuse(exchange, [Problem(("body", "choices"), "value_error", told)])


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _files(form: FormData) -> tuple[AppFile, ...]:
    return tuple(
        AppFile(name, value.filename or "", value.content_type, value.size or 0, value.file)
        for name, value in form.multi_items()
        if isinstance(value, UploadFile)
    )


def _json_field(context: Context, exchange: Exchange, form: FormData, name: str, kind: type) -> Any:
    """A form field that holds JSON of this kind; None where it is absent or empty."""
    text = _text(form, name)
    if not text:
        return None
    try:
        value = loads(text)
    except ValueError:
        raise invalid_json(context.dialect) from None
    if value is not None and not isinstance(value, kind):
        told = f"must be a JSON {'array' if kind is list else 'object'} as a string"
        context.refuse(exchange, [Problem(("body", name), "type", told)])
    return value
