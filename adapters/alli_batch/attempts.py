"""Whether Ray repeats a batch: the memory of an AlliMap without a ledger."""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections import Counter
from typing import Any

__all__ = ["Attempts"]

NAMESPACE = b"alli_batch"


class Attempts:
    """Notes in the cluster's own store which batches an actor has begun.

    Ray starts an actor again under its old id, and gives it the blocks that it had. A batch has no id, so it is known by its content and by
    how often the actor has seen that since it was started. Outside of an actor nothing repeats a batch, and each one is new.
    """

    def __init__(self) -> None:
        ray: Any = sys.modules.get("ray")  # an actor's process has it, and in any other it need not be installed
        self._actor: str | None = (
            ray.get_runtime_context().get_actor_id() if ray is not None and ray.is_initialized() else None
        )
        self._seen: Counter[str] = Counter()

    def is_repeated(self, rows: list[dict[str, Any]]) -> bool:
        """Notes that a batch begins; gives whether it was begun before this actor was started again."""
        if self._actor is None:
            return False
        content = hashlib.blake2b(repr(rows).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        self._seen[content] += 1
        # Gives whether the store had it. An actor of ours would hold as much, but die with the one that made it.
        store: Any = importlib.import_module("ray.experimental.internal_kv")
        put = store._internal_kv_put  # noqa: SLF001 - Ray has no public name for it
        name = f"{self._actor}:{content}:{self._seen[content]}"
        return bool(put(name.encode(), b"", overwrite=False, namespace=NAMESPACE))
