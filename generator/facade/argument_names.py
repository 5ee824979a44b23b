"""What the arguments of a method are called: as the overlay says, else as on the wire, each different from all others."""

from __future__ import annotations

from collections.abc import Iterable

from generator.document.source_text import argument_name
from generator.model.blocks import OperationBlock
from generator.model.names import ARGUMENT_NAMES

__all__ = ["ArgumentNames", "BlockError"]


class BlockError(ValueError):
    """A block names what the operation does not have.

    Attributes:
        keys: where in the block.
    """

    def __init__(self, message: str, *keys: str | int) -> None:
        super().__init__(message)
        self.keys = keys


class ArgumentNames:
    """Gives out the names of one method's arguments.

    Args:
        block: What the overlay says of the operation.
        builder: Name of the request builder, which the method's code needs itself.
        wires: What all of them are in the document. One that can be called so is, whatever another would become in Python.
    """

    def __init__(self, block: OperationBlock, builder: str, wires: Iterable[str]) -> None:
        self._block = block
        self._wires = frozenset(wires)
        self._taken: set[str] = {builder, *ARGUMENT_NAMES}

    def free(self, wire: str, where: str) -> str:
        """The name of the argument that is `wire` in the document.

        Raises:
            BlockError: the overlay gives it a name that is taken.
        """
        renamed = self._block.rename.get(wire)
        wanted = renamed or argument_name(wire)
        if renamed and renamed in self._taken:
            raise BlockError(f"rename: '{renamed}' is taken already", "rename", wire)
        if renamed and renamed in self._wires - {wire, *self._block.rename}:
            message = f"rename: '{renamed}' is what another argument is called in the document; rename that one, too"
            raise BlockError(message, "rename", wire)
        # A path and a body may both have an `id`: the later one says where it goes.
        candidates = [wanted, f"{wanted}_"] if wanted in ARGUMENT_NAMES else [wanted]
        candidates += [f"{where}_{wanted}{'_' * extra}" for extra in range(len(self._taken))]
        others = self._taken if renamed else self._taken | self._wires - {wire}
        name = next(name for name in candidates if name not in others)
        self._taken.add(name)
        return name

    def whole_body(self, wanted: str) -> str:
        """The name of the argument that is the whole body: `wanted`, with an underscore where that is taken."""
        return wanted if wanted not in self._taken - {"body"} else f"{wanted}_"
