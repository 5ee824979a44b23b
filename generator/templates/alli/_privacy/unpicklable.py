"""What holds connections stays in its process: no pickle, no copy, and a word on what to pass on instead."""

from __future__ import annotations

from typing import ClassVar, NoReturn

__all__ = ["Connected"]


class Connected:
    """Base of public objects that hold the connections of a client.

    A copy would use them behind the back of the original: one that is thrown away unread closes a stream under its reader.

    Attributes:
        _instead: what to pass on instead, as an order.
    """

    __slots__ = ()
    _instead: ClassVar[str]

    def __reduce__(self) -> NoReturn:
        # Asked by pickle and by both kinds of copies.
        raise TypeError(f"{type(self).__name__} holds connections and can't be pickled or copied; {self._instead}")
