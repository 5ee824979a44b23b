"""Finds the operation whose calls are the turns of a `Conversation`: the one with `x-alli-sdk: conversation`."""

from __future__ import annotations

from generator.document.problems import GenerationFailed, Problem
from generator.facade.views import Method, Turn
from generator.model.api import Operation
from generator.model.blocks import OperationBlock

__all__ = ["turn_of"]


def turn_of(methods: list[tuple[Operation, Method]]) -> Turn | None:
    """What a conversation sends; None where no operation is annotated as a turn.

    Args:
        methods: Every method with its operation.

    Raises:
        GenerationFailed: the operation can't be one, or there are two of them.
    """
    found = {
        operation.id: (operation, block)
        for operation, _ in methods
        if (block := operation.block) is not None and block.conversation is not None
    }
    problems: list[Problem] = []
    turns: list[Turn] = []
    for operation, block in found.values():
        turn, mistake = _turn(block, [method for other, method in methods if other is operation])
        if turns:
            mistake = f"{next(iter(found))} has it already; there is one kind of conversation"
        if turn is not None and not mistake:
            turns.append(turn)
            continue
        path = (*operation.path, "x-alli-sdk", "conversation")
        problems.append(
            Problem(f"{block.resource}.{block.methods[0].name}: x-alli-sdk conversation: {mistake}", path=path)
        )
    if problems:
        raise GenerationFailed(problems)
    return turns[0] if turns else None


def _turn(block: OperationBlock, methods: list[Method]) -> tuple[Turn | None, str]:
    """The turn, or what is wrong with it."""
    method = next((each for each in methods if each.returned.kind == "stream"), None)
    if method is None:
        return None, "needs a method that returns RunStream, which sends the turns"
    if len(method.arguments.path) != 1:
        count = len(method.arguments.path)
        return (
            None,
            f"needs an operation with one path parameter, the app's id, which a conversation keeps; this one has {count}",
        )
    return Turn(method.name, method.arguments, block.conversation or "", block.source), ""
