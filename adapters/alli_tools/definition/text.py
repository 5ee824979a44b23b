"""Text from an API answer made safe to pass on: no half characters, and no longer than a limit."""

import unicodedata

__all__ = ["cut", "sanitized", "whole"]

_JOINER = "\u200d"  # zero-width joiner: the characters on both its sides are one picture
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_JAMO_TAILS = range(0x1160, 0x1200)  # Korean vowels and final consonants, which stand alone in NFD text


def sanitized(value: object) -> str:
    """`value` if it is text, else an empty string: in an API answer a field may be absent, null or of another type."""
    return whole(value) if isinstance(value, str) else ""


def whole(text: str) -> str:
    """`text` with its halves of UTF-16 characters joined where both are there, and else replaced by U+FFFD.

    JSON can hold half a character, and a service that cuts text by UTF-16 units writes some. UTF-8 can't, so that no
    request, checkpoint or log could be written with it.
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def cut(text: str, limit: int, mark: str = "…") -> str:
    """`text`, or as much of its beginning as fits into `limit` characters together with `mark`.

    The cut is moved back to where a character as a person sees it ends: not between a letter and its accent,
    not inside a decomposed Korean syllable, not inside a joined emoji.
    """
    if len(text) <= limit:
        return text
    end = max(0, limit - len(mark))
    while 0 < end < len(text) and _continues(text, end):
        end -= 1
    return text[:end] + mark[: limit - end]


def _continues(text: str, position: int) -> bool:
    """Does the character at `position` belong to the one before it?"""
    character = text[position]
    return (
        unicodedata.category(character) in ("Mn", "Mc", "Me")  # accents, variation selectors, enclosing marks
        or character == _JOINER
        or text[position - 1] == _JOINER
        or ord(character) in _SKIN_TONES
        or ord(character) in _JAMO_TAILS
    )
