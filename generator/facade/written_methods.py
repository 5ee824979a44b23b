"""Hand-written methods, such as `apps.conversation`, for the reference: read off the rendered package."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from pathlib import Path

from generator.facade.docstrings import fence_of

__all__ = ["WrittenMethod", "written_methods"]


@dataclass(frozen=True)
class WrittenMethod:
    """A public method of a class of the package; its attributes are named as those of `views.Method`."""

    name: str
    parameters: list[str]
    """As in a signature, `*` among them; without self."""
    returns_text: str
    text: str
    """The docstring at column 0, not escaped."""

    @property
    def fence(self) -> str:
        """Opens and closes the docstring in Markdown."""
        return fence_of(self.text)


def written_methods(package: Path, class_name: str | None) -> list[WrittenMethod]:
    """The public methods of a class, by name; none where the package has no such class.

    Args:
        package: Folder of the rendered facade.
        class_name: Of the sync form; None for no class.
    """
    if class_name is None:
        return []
    for file in sorted(package.rglob("*.py")):
        source = file.read_text("utf-8")
        if f"class {class_name}" not in source:
            continue
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and node.name == class_name:
                functions = [each for each in node.body if isinstance(each, ast.FunctionDef)]
                methods = [
                    _method(each) for each in functions if not each.name.startswith("_") and not each.decorator_list
                ]
                return sorted(methods, key=lambda method: method.name)
    return []


def _method(function: ast.FunctionDef) -> WrittenMethod:
    given = function.args
    without = len(given.args) - len(given.defaults)
    defaults = [None] * without + list(given.defaults)
    parameters = [_declaration(*pair) for pair in zip(given.args, defaults, strict=True)][1:]
    if given.kwonlyargs:
        parameters += ["*", *(_declaration(*pair) for pair in zip(given.kwonlyargs, given.kw_defaults, strict=True))]
    text = inspect.cleandoc(ast.get_docstring(function) or "")
    return WrittenMethod(function.name, parameters, _plain(function.returns), f"{text}\n")


def _declaration(argument: ast.arg, default: ast.expr | None) -> str:
    declared = f"{argument.arg}: {_plain(argument.annotation)}"
    return declared if default is None else f"{declared} = {ast.unparse(default)}"


def _plain(annotation: ast.expr | None) -> str:
    return "Any" if annotation is None else ast.unparse(annotation).replace("builtins.", "")
