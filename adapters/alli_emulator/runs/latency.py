"""How long runs take, and how often a request fails: the same in every process for the same seed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from random import Random

__all__ = ["Latency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """A model of the service's time.

        Emulator(latency=Latency(first_text=0.8, texts_per_second=25, jitter=0.4, fault_probability=0.02, seed=7))

    It holds for streams and for whole answers alike: a run takes the time of all its texts. Run and request number *n* get
    the same times and faults whatever runs beside them.

    Attributes:
        first_text: seconds from the request to the app's first text.
        texts_per_second: how many texts follow in a second; an app yields a text at a time. None: as they come.
        jitter: each pause is a number between `1 - jitter` and `1 + jitter` times as long, evenly distributed; 0 to 1.
        fault_probability: the share of all requests that is answered with `fault_status`, without a run; 0 to 1.
        fault_status: see there.
        seed: another one gives other times and faults.

    Raises:
        ValueError: a number is out of its bounds.
    """

    first_text: float = 0.0
    texts_per_second: float | None = None
    jitter: float = 0.0
    fault_probability: float = 0.0
    fault_status: int = 503
    seed: int = 0

    def __post_init__(self) -> None:
        bounds = {
            "first_text": (0, 3600),
            "jitter": (0, 1),
            "fault_probability": (0, 1),
            "fault_status": (400, 599),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if not isinstance(value, int | float) or not low <= value <= high:
                raise ValueError(f"Latency: {name} must be a number from {low} to {high}, not {value!r}")
        rate = self.texts_per_second
        if rate is not None and not (isinstance(rate, int | float) and rate > 0 and math.isfinite(rate)):
            raise ValueError(f"Latency: texts_per_second must be a number above 0 or None, not {rate!r}")

    @classmethod
    def from_text(cls, text: str) -> Latency:
        """The model that a command line names: `first_text=0.8,texts_per_second=25`.

        Raises:
            ValueError: a name or a number is wrong.
        """
        kinds = {one.name: int if one.name in ("fault_status", "seed") else float for one in fields(cls)}
        values: dict[str, float] = {}
        for pair in text.split(","):
            name, _, number = pair.strip().partition("=")
            if name not in kinds:
                raise ValueError(f"Latency: unknown name {name!r}; known are {', '.join(kinds)}")
            try:
                values[name] = kinds[name](number)
            except ValueError:
                raise ValueError(f"Latency: {name} must be a number, as in {name}=1, not {number!r}") from None
        return cls(**values)  # type: ignore[arg-type]

    def pauses(self, run: int) -> Iterator[float]:
        """Seconds before each text of a run, given its number: of the first, and without end of those after it."""
        random = Random(f"{self.seed}/run/{run}")
        between = 1 / self.texts_per_second if self.texts_per_second else 0.0
        for pause in itertools.chain([self.first_text], itertools.repeat(between)):
            yield pause * random.uniform(1 - self.jitter, 1 + self.jitter)

    def fails(self, request: int) -> bool:
        """Whether a request fails, given its number."""
        return Random(f"{self.seed}/request/{request}").random() < self.fault_probability
