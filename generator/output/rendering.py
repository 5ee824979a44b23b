"""Says of a mistake in a template, or in what it rendered, in which template it is."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from jinja2 import TemplateNotFound, TemplateSyntaxError

from generator.document.files import shown
from generator.document.problems import GenerationFailed, Place, Problem
from generator.output.provenance import origin

__all__ = ["check_syntax", "render_problem", "reported"]


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


@contextmanager
def reported(templates: Path) -> Generator[None, None, None]:
    """Report whatever is raised while a template of this folder is loaded or rendered, but what no template is to blame for.

    Raises:
        GenerationFailed: something was.
    """
    try:
        yield
    except OSError:
        raise  # the disk is full, or a folder can't be written
    except Exception as error:
        raise GenerationFailed([render_problem(error, templates)]) from error


def check_syntax(package: Path) -> Iterator[Problem]:
    """The rendered modules of a package that don't compile: a problem of its template for each."""
    for path in sorted(package.rglob("*.py")):
        text = path.read_text("utf-8")
        template = origin(text).rpartition(" with ")[2]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", SyntaxWarning)
                compile(text, template, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = error.lineno if isinstance(error, SyntaxError) else None
            code = text.splitlines()[line - 1].strip() if line and line <= len(text.splitlines()) else ""
            message = error.msg if isinstance(error, SyntaxError) else str(error)
            name = path.relative_to(package).as_posix()
            yield Problem(f"renders {name} with a mistake in its line {line}: {message}: {code}", Place(template))
