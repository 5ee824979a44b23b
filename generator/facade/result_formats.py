"""The code of a `ResultFormat`, which tells the package where an answer has the parts of a result."""

from __future__ import annotations

from generator.document.source_text import snake_case
from generator.model.blocks import ResultBlock

__all__ = ["format_code", "format_constant"]


def format_constant(name: str) -> str:
    """The constant that holds the format of a result class."""
    return snake_case(name).upper()


def format_code(block: ResultBlock) -> str:
    """As an expression."""
    parts = _keywords(block.paths)
    if block.message:
        parts.append(f"message=MessageFormat({', '.join(_keywords(block.message))})")
    if block.citation:
        parts.append(f"citation=CitationFormat({', '.join(_keywords(block.citation))})")
    if block.choice:
        parts.append(f"choice=ChoiceFormat({', '.join(_keywords(block.choice))})")
    if block.form_field:
        parts.append(f"form_field=FormFieldFormat({', '.join(_keywords(block.form_field))})")
    if block.replace is not None:
        replace = ", ".join(f"{key}={value!r}" for key, value in block.replace.items())
        parts.append(f"replace=Replacement({replace})")
    return f"ResultFormat({', '.join(parts)})"


def _keywords(paths: dict[str, tuple[str, ...]]) -> list[str]:
    return [f"{key}={value!r}" for key, value in paths.items()]
