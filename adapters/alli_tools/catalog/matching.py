"""Which texts fit a query best, in any language and without an index: enough for some hundreds of short texts. Pure.

Words are compared by their parts, because in Korean and Japanese a word of a query seldom stands in the text as it is:
it carries endings, or no space parts it from the next.
"""

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["best"]

_ENOUGH = 0.4  # share of a word's pairs of characters that a text must have to be like it
_HEADING_WEIGHT = 3.0


def best(query: str, texts: Sequence[tuple[str, str]], limit: int) -> list[int]:
    """Positions of the `limit` texts, each (heading, rest), that fit best; those that don't fit at all are left out.

    A hit in the heading counts three times one in the rest; equal texts keep their order. An empty query fits all.
    """
    words = re.findall(r"\w+", _plain(query))
    if not words:
        return list(range(min(limit, len(texts))))
    scores = [_HEADING_WEIGHT * _score(words, _plain(heading)) + _score(words, _plain(rest)) for heading, rest in texts]
    fitting = [position for position, score in enumerate(scores) if score > 0]
    return sorted(fitting, key=lambda position: -scores[position])[:limit]


def _score(words: Sequence[str], text: str) -> float:
    # By length, as a short word such as "on" is part of many others and says little.
    return sum(len(word) * (1.0 if word in text else _likeness(word, text)) for word in words)


def _likeness(word: str, text: str) -> float:
    pairs = {word[at : at + 2] for at in range(len(word) - 1)}
    share = sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0
    # Half a point at most: a word that is there is better than any that is alike.
    return share / 2 if share >= _ENOUGH else 0.0


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
