"""The code of a `ResultFormat`, which tells the package where an answer has the parts of a result."""

from __future__ import annotations

from generator.document.source_text import pascal_case, snake_case
from generator.model.blocks import ResultBlock

__all__ = ["format_code", "format_constant"]


def format_constant(name: str) -> str:
    """The constant that holds the format of a result class."""
    return snake_case(name).upper()


def format_code(block: ResultBlock) -> str:
    """As an expression."""
    keywords = {key: [f"{name}={paths!r}" for name, paths in part.items()] for key, part in block.parts.items()}
    parts = keywords.pop("")
    parts += [f"{key}={pascal_case(key)}Format({', '.join(part)})" for key, part in keywords.items() if part]
    if block.replace is not None:
        parts.append(f"replace={block.replace!r}")
    return f"ResultFormat({', '.join(parts)})"
