"""The steps in order, from two files to a finished tree. Each step is a module of its own."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from generator import document, facade, formatting, overlay, raw, swap, validate, views
from generator.problems import GenerationFailed

__all__ = ["OUTPUT", "OVERLAY", "ROOT", "SPEC", "check", "generate"]

ROOT = Path(__file__).parent.parent
SPEC = ROOT / "spec" / "alli.openapi.yaml"
OVERLAY = ROOT / "spec" / "sdk.overlay.yaml"
OUTPUT = ROOT / "generated"


def generate(spec: Path, overlay_file: Path, output: Path) -> bool:
    """Write the tree that the spec and the overlay give to `output`; only the packages of ours stand there afterwards.

    Returns:
        Whether anything in it changed.

    Raises:
        GenerationFailed: something is wrong; `output` is as it was.
    """
    with _build(spec, overlay_file, beside=output) as new:
        return swap.replace(output, new)


def check(spec: Path, overlay_file: Path, output: Path) -> list[str]:
    """The lines of a unified diff from `output` to what it should be; none if it is right. Writes nothing there.

    Raises:
        GenerationFailed: something is wrong with the spec, the overlay or a template.
    """
    with _build(spec, overlay_file, beside=None) as new:
        return list(swap.differences(output, new))


@contextmanager
def _build(spec: Path, overlay_file: Path, beside: Path | None) -> Generator[Path, None, None]:
    merged = overlay.apply(document.load(spec), document.load(overlay_file))
    validate.validate(merged)
    with swap.workshop(beside) as folder:
        new = folder / "new"
        package = new / "alli"
        package.mkdir(parents=True)
        try:
            parsed = raw.build(merged, package / "_raw")
            context = views.build(merged.data, parsed.data)
            facade.render(parsed.environment, context, merged, package)
            formatting.format_tree(new)
        except GenerationFailed as failed:
            # A step that knows no files says where in the merged document; that is a line of one of the two.
            raise GenerationFailed(
                [p if p.place or p.path is None else p.at(merged.place(p.path)) for p in failed.problems]
            ) from failed
        yield new
