"""Writes the raw package: rendered by openapi-python-client, each file with its first line, and all of it compiles."""

from __future__ import annotations

from pathlib import Path

from generator.document.problems import GenerationFailed, Problem
from generator.output.provenance import header, origin
from generator.output.rendering import check_syntax, render_problem
from generator.raw import package
from generator.raw.door import Parse

__all__ = ["write"]


def write(parsed: Parse, folder: Path, source: str = "spec/") -> None:
    """Write the raw package, not yet formatted.

    Args:
        parsed: What the document says.
        folder: To write; its parent must exist.
        source: What the files' first lines call the document.

    Raises:
        GenerationFailed: a template, or openapi-python-client's stock templates, are not what they should be.
    """
    try:
        package.write(parsed, folder, lambda template: header(f"{source} with {template}"))
    except OSError:
        raise  # no template's fault: the disk is full, or a folder can't be written
    except Exception as error:
        raise GenerationFailed([render_problem(error, package.RAW_TEMPLATES)]) from error
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text("utf-8")
        template = origin(text).removeprefix(f"{source} with ")
        problems += check_syntax(text, template, path.relative_to(folder).as_posix())
    if problems:
        raise GenerationFailed(problems)
