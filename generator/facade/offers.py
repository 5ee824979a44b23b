"""An operation with the method of the facade that calls it: the input of the method's views."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generator.document.did_you_mean import ALIKE, likeness, nearest
from generator.model.api import Api, Operation
from generator.model.blocks import MethodBlock, OperationBlock

__all__ = ["BlockError", "Offer"]


class BlockError(ValueError):
    """A block names what the operation does not have.

    Attributes:
        keys: where in the block.
    """

    def __init__(self, message: str, *keys: str | int) -> None:
        super().__init__(message)
        self.keys = keys

    @classmethod
    def unknown(cls, kind: str, name: str, known: Iterable[str], *keys: str | int, label: str = "") -> BlockError:
        """A method or an argument with this name does not exist. Where no name is similar, as after a renaming, the whole list helps more than the nearest."""
        names = sorted(known)
        near = nearest(name, names)
        others = "" if not near or likeness(name, near) >= ALIKE else f" of {', '.join(names)}"
        return cls(f"{label or keys[0]}: there is no {kind} '{name}'; the nearest is '{near}'{others}", *keys)


@dataclass(frozen=True)
class Offer:
    """The input of a method's views.

    Attributes:
        api: For the models, and what else is offered.
        operation: What the method calls.
        block: What the overlay says of the operation.
        method: Which of its methods.
    """

    api: Api
    operation: Operation
    block: OperationBlock
    method: MethodBlock

    @property
    def name(self) -> str:
        """As in messages: `apps.list`."""
        return f"{self.block.resource}.{self.method.name}"

    @property
    def constant(self) -> str:
        """Holds the `Operation` of the method."""
        return self.name.replace(".", "_").upper()
