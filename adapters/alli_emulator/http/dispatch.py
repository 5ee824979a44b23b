"""Which answer a request gets: one by hand, the route of its operation, or an error answer that says why there is none."""

from __future__ import annotations

from starlette.responses import Response

from alli_emulator.contract.operations import Operation
from alli_emulator.requests.exchange import Exchange
from alli_emulator.routes import all_endpoints
from alli_emulator.routes.by_hand import HandMadeAnswer
from alli_emulator.routes.context import Context
from alli_emulator.wire.refusals import Refusal, internal_error, not_found, not_served, wrong_method

__all__ = ["Dispatcher"]


class Dispatcher:
    """Answers requests that have a right key and meet no fault."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._endpoints = all_endpoints(context)

    @property
    def not_served(self) -> list[Operation]:
        """The documented operations that no route and no answer by hand serves."""
        by_hand = self._context.answers.operations()
        return [one for one in self._context.contract.operations if one.id not in self._endpoints.keys() | by_hand]

    async def answer(self, exchange: Exchange) -> Response:
        """The answer to a request.

        Raises:
            Refusal: it is an error.
        """
        context, match = self._context, exchange.match
        answer = context.answers.find(exchange.method, exchange.path)
        if answer is not None:
            return await self._by_hand(answer, exchange)
        if context.replay is not None:
            try:
                return context.replay.answer(exchange)
            except Refusal:
                context.unknown_operations.append(exchange.record)
                raise
        if match is None or match.operation is None:
            context.unknown_operations.append(exchange.record)
            if match is None:
                raise not_found()
            raise wrong_method(context.dialect, exchange.method, exchange.path, match.allowed)
        endpoint = self._endpoints.get(match.operation.id)
        if endpoint is None:
            context.unknown_operations.append(exchange.record)
            raise not_served(str(match.operation), match.operation.id)
        try:
            return await endpoint(exchange)
        except Refusal as refusal:
            context.check_refusal(match.operation.id, refusal)
            raise

    async def _by_hand(self, answer: HandMadeAnswer, exchange: Exchange) -> Response:
        context, operation = self._context, answer.operation

        def check(value: object) -> None:
            if operation is None or not answer.checked:
                return
            if context.breaks_the_spec(operation.id, answer.status, answer.media_type or "", value):
                raise internal_error("The answer given by hand breaks the spec; see Emulator.violations.")

        try:
            return await answer.response(exchange.record, check, context.pace)
        except Refusal:
            raise
        except Exception as error:
            context.app_errors.add(f"the answer for {answer.method} {answer.path}", error)
            raise internal_error(type(error).__name__) from error
