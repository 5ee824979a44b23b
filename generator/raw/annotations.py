"""Types in signatures, told by where they can be found when the signature is read, not when it is defined."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["qualified"]


def qualified(annotation: str, names: Iterable[str], package: str) -> str:
    """`annotation` with each of `names` told as an attribute of `package`, which loads it when it is asked for.

    A module that imported them only for type checkers would leave `typing.get_type_hints` with names that are not there, and one that
    imported them at once would load all models before the first call.

    Args:
        annotation: A type, or a parameter with its type, as code; it holds no strings.
        names: Classes.
        package: As the module that holds the annotation knows it.
    """
    known = "|".join(re.escape(name) for name in sorted(names))
    return re.sub(rf"(?<![\w.])(?:{known})(?!\w)", rf"{package}.\g<0>", annotation) if known else annotation
