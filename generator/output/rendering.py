"""Says of a mistake in a template, or in what it rendered, in which template it is."""

from __future__ import annotations

import traceback
import warnings
from pathlib import Path

from jinja2 import TemplateNotFound, TemplateSyntaxError

from generator.document.files import shown
from generator.document.problems import GenerationFailed, Place, Problem

__all__ = ["check_syntax", "render_problem"]


def render_problem(error: Exception, templates: Path) -> Problem:
    """The problem behind an exception raised while a template of this folder was loaded or rendered."""
    if isinstance(error, GenerationFailed):
        raise error
    if isinstance(error, TemplateSyntaxError):
        name = error.filename or (None if error.name is None else str(templates / error.name))
        return Problem(error.message or "syntax error", Place(shown(Path(name or templates)), error.lineno))
    # Jinja rewrites tracebacks so that its frames carry the template's file and line; the innermost one is meant.
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".jinja")]
    place = Place(shown(Path(frames[-1].filename)), frames[-1].lineno) if frames else Place(shown(templates))
    if isinstance(error, TemplateNotFound):
        return Problem(f"there is no template '{error.name}'", place)
    return Problem(f"{type(error).__name__}: {error}", place)


def check_syntax(text: str, template: str, output: str) -> list[Problem]:
    """Does a rendered module compile? If not: one problem, told of the template.

    Args:
        text: The module.
        template: What it was rendered from, as shown.
        output: The module's own path, as shown.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)
            compile(text, template, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        code = text.splitlines()[line - 1].strip() if line and line <= len(text.splitlines()) else ""
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        return [Problem(f"renders {output} with a mistake in its line {line}: {message}: {code}", Place(template))]
    return []
