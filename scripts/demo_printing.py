"""How scripts/demo prints: steps, what the user says, answers whole and as they arrive."""

from __future__ import annotations

import re
from textwrap import fill

from alli import RunStream

__all__ = ["print_as_it_arrives", "said", "say", "title"]

WIDTH = 100  # characters of a line


def title(text: str) -> None:
    """Begins a step."""
    print(f"\n==> {text}")


def said(**what: object) -> None:
    """Prints what the user says to an app."""
    print(f"    you: {', '.join(f'{name}={value!r}' for name, value in what.items())}")


def say(text: str, mark: str = "    ") -> None:
    """Prints an answer in lines of WIDTH."""
    for line in text.splitlines():
        print(fill(line, WIDTH, initial_indent=mark, subsequent_indent=mark))


def print_as_it_arrives(answering: RunStream) -> int:
    """Prints a stream bit by bit, in lines of WIDTH; gives the number of pieces."""
    pieces, column = 0, 0
    for event in answering:
        if event.type == "text.delta":
            pieces += 1
            for word in re.findall(r"\S+|\s+", event.text):
                column = print_word(word, column)
        elif event.type == "text.replaced":
            print("\n    (replaced by:)")
            say(event.text)
            column = 0
    if column:
        print()
    return pieces


def print_word(word: str, column: int) -> int:
    """Prints a word, or the space between two, in a line that has `column` characters; gives how many it has now."""
    if word.isspace():
        word = "\n" if "\n" in word else " "
    elif column + len(word) > WIDTH:
        print()
        column = 0
    if column == 0:
        word = f"    {word}"
    print(word, end="", flush=True)
    return 0 if word.endswith("\n") else column + len(word)
