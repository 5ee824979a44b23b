"""The steps in order, from two files to a finished tree. Each step is a module."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from generator.document.files import shown
from generator.document.problems import GenerationFailed, Place, Problem
from generator.facade import resources
from generator.facade.suggestions import suggestions
from generator.facade.views import Facade
from generator.output import formatting, provenance, rendering, replace_tree, templates, type_check
from generator.raw import package as raw_package
from generator.raw import reading

__all__ = ["OUTPUT", "OVERLAY", "ROOT", "SPEC", "built", "check", "generate"]

ROOT = Path(__file__).parent.parent
SPEC = ROOT / "spec" / "alli.openapi.yaml"
OVERLAY = ROOT / "spec" / "sdk.overlay.yaml"
OUTPUT = ROOT / "generated"


def generate(spec: Path, overlay_file: Path, output: Path, *, warn: reading.Warn = reading.silent) -> bool:
    """Write the tree that the spec and the overlay give to `output`; only the packages of ours stand there afterwards.

    Returns:
        Whether anything in it changed.

    Raises:
        GenerationFailed: something is wrong; `output` is as it was.
    """
    replace_tree.check_tree(output)
    with built(spec, overlay_file, beside=output, warn=warn) as new:
        return replace_tree.replace(output, new)


def check(spec: Path, overlay_file: Path, output: Path, *, warn: reading.Warn = reading.silent) -> list[str]:
    """The lines of a unified diff from `output` to what it should be; none if it is right. Writes nothing there.

    Raises:
        GenerationFailed: something is wrong with the spec, the overlay or a template.
    """
    with built(spec, overlay_file, beside=None, warn=warn) as new:
        return list(replace_tree.differences(output, new))


@contextmanager
def built(
    spec: Path, overlay_file: Path, beside: Path | None, warn: reading.Warn, source: Path | None = None
) -> Generator[Path, None, None]:
    """The finished tree, for `replace_tree.replace` to move; gone afterwards.

    Args:
        spec: The document to read.
        overlay_file: What is said of it.
        beside: The tree that this one will replace; None where it replaces none.
        warn: Called with what the spec says that can't be used.
        source: What generated files call the spec, where `spec` is a copy of it.

    Raises:
        GenerationFailed: something is wrong with the spec, the overlay or a template.
    """
    found = reading.read(spec, overlay_file, warn=warn)
    for warning in found.document.located([*found.parsed.warnings, *suggestions(found.api)]):
        warn(warning)
    with replace_tree.workshop(beside) as folder:
        new = folder / "new"
        (new / "alli").mkdir(parents=True)
        try:
            facade = resources.build(found.api)
            _check_turn(facade, overlay_file)
            source_name = provenance.source_name(source or spec, ROOT)
            with rendering.reported(raw_package.RAW_TEMPLATES):
                raw_package.write(found.parsed, new / "alli" / "raw", partial(provenance.header, source=source_name))
            templates.render(facade, found.document, new)
            formatting.format_tree(new)
            type_check.check_types(new)
        except GenerationFailed as failed:
            raise GenerationFailed(found.document.located(failed.problems)) from failed
        yield new


def _check_turn(facade: Facade, overlay_file: Path) -> None:
    """Conversations are part of the package; which operation they call is for the overlay to say."""
    if facade.turn is None:
        message = (
            "no operation has `conversation` in its x-alli-sdk block, so that Conversation has nothing to send: add "
            "`conversation: conversation_id` (the argument that holds the conversation's id) to the one that streams a turn"
        )
        raise GenerationFailed([Problem(message, Place(shown(overlay_file)))])
