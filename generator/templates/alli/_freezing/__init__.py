"""For PyInstaller, which asks this by the entry point `pyinstaller40`: what programs need that it doesn't see them import."""

from __future__ import annotations

from pathlib import Path

__all__ = ["hook_dirs", "modules_of"]


def hook_dirs() -> list[str]:
    """The folder with a hook for each package that loads modules or files by name."""
    return [str(Path(__file__).parent)]


def modules_of(package: Path, *left_out: str) -> list[str]:
    """The names of all modules below a package's folder, without these modules of it and its hooks."""
    names = (
        ".".join([package.name, *path.relative_to(package).with_suffix("").parts])
        for path in sorted(package.rglob("*.py"))
        if not path.name.startswith("hook-")
    )
    return [
        name.removesuffix(".__init__") for name in names if name not in {f"{package.name}.{one}" for one in left_out}
    ]
