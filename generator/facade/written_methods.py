"""Hand-written methods, such as `apps.conversation`, and public classes, for the reference: read off the rendered package."""

from __future__ import annotations

import ast
import inspect
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

__all__ = ["WrittenMethod", "WrittenType", "links", "written_methods", "written_types"]


@dataclass(frozen=True)
class WrittenMethod:
    """A public method of a class of the package; its attributes are named as those of `views.Method`."""

    name: str
    parameters: list[str]
    """As in a signature, `*` among them; without self."""
    returns_text: str
    text: str
    """The docstring at column 0, not escaped."""


Group: TypeAlias = Literal["error", "model", "other"]
"""The parts of the reference that types stand in."""


@dataclass(frozen=True)
class WrittenType:
    """A public class, or a name for a type."""

    name: str
    group: Group
    lines: list[str]
    """What it is, and what it has, as code."""
    text: str
    """The docstring at column 0, not escaped."""


def written_types(package: Path, exports: Iterable[tuple[str, list[str]]]) -> list[WrittenType]:
    """The public types of the package by name, but for the async forms of others.

    Args:
        package: Folder of the rendered package, the raw one included.
        exports: Modules, relative to it, and the public names each gives.
    """
    found: list[WrittenType] = []
    exports = list(exports)
    public = {name for _, names in exports for name in names}
    for module, names in exports:
        body = ast.parse((package / f"{module.replace('.', '/')}.py").read_text("utf-8")).body
        group: Group = "error" if module == "errors" else "model" if module.startswith("raw.models.") else "other"
        for node, following in itertools.pairwise([*body, ast.Pass()]):
            match node, following:
                case ast.ClassDef(name=name), _ if name in names:
                    lines, text = list(_members(node, public)), ast.get_docstring(node) or ""
                case (
                    ast.AnnAssign(ast.Name(name), ast.Name("TypeAlias"), ast.expr() as value),
                    ast.Expr(ast.Constant(str(docstring))),
                ) if name in names:
                    lines, text = [f"{name} = {_plain(value)}"], inspect.cleandoc(docstring)
                case _:
                    continue
            found.append(WrittenType(name, group, lines, f"{text}\n"))
    kept = [each for each in found if not each.name.startswith("Async") or each.name[len("Async") :] not in public]
    return sorted(kept, key=lambda each: each.name)


def links(texts: Iterable[str], besides: str = "", *, names: Iterable[str]) -> list[str]:
    """Links in Markdown to those of some types that code names, `besides` one of them."""
    words = "".join(sign if sign.isidentifier() or sign.isdecimal() else " " for sign in " ".join(texts)).split()
    named = {word.removeprefix("Async") for word in words}
    return [f"[`{name}`](#{name.lower()})" for name in sorted((named & set(names)) - {besides})]


def _members(node: ast.ClassDef, public: set[str]) -> Iterator[str]:
    bases = [name for base in node.bases if (name := _plain(base)).partition("[")[0] in {*public, "Exception"}]
    yield f"class {node.name}({', '.join(bases)}):" if bases else f"class {node.name}:"
    for each in node.body:
        match each:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation) if _is_shown(name):
                yield f"    {name}: {_plain(annotation)}"
            case ast.FunctionDef(name=name) if name != "__init__" and _is_shown(name):
                decorators = [_plain(decorator) for decorator in each.decorator_list]
                if "property" in decorators or "cached_property" in decorators:
                    yield f"    {name}: {_plain(each.returns)}"
                elif not decorators:
                    method = _method(each)
                    yield f"    {name}({', '.join(method.parameters)}) -> {method.returns_text}"
            case _:
                pass


def _is_shown(name: str) -> bool:
    return not name.startswith("_") and name not in ("additional_properties", "from_payload", "of", "to_multipart")


def written_methods(modules: Iterable[str], class_name: str | None) -> list[WrittenMethod]:
    """The public methods of a class, by name; none where no module has such a class.

    Args:
        modules: Texts of the modules of the rendered package.
        class_name: Of the sync form; None for no class.
    """
    nodes = (node for text in modules if f"class {class_name}" in text for node in ast.parse(text).body)
    found = next((node for node in nodes if isinstance(node, ast.ClassDef) and node.name == class_name), None)
    functions = [each for each in (found.body if found else ()) if isinstance(each, ast.FunctionDef)]
    methods = [_method(each) for each in functions if not each.name.startswith("_") and not each.decorator_list]
    return sorted(methods, key=lambda method: method.name)


def _method(function: ast.FunctionDef) -> WrittenMethod:
    given = function.args
    defaults = [*[None] * (len(given.args) - len(given.defaults)), *given.defaults]
    parameters = [_declaration(*pair) for pair in zip(given.args, defaults, strict=True)][1:]
    if given.kwonlyargs:
        parameters += ["*", *(_declaration(*pair) for pair in zip(given.kwonlyargs, given.kw_defaults, strict=True))]
    if given.kwarg:
        parameters.append(f"**{_declaration(given.kwarg, None)}")
    text = inspect.cleandoc(ast.get_docstring(function) or "")
    return WrittenMethod(function.name, parameters, _plain(function.returns), f"{text}\n")


def _declaration(argument: ast.arg, default: ast.expr | None) -> str:
    declared = f"{argument.arg}: {_plain(argument.annotation)}"
    return declared if default is None else f"{declared} = {ast.unparse(default)}"


def _plain(annotation: ast.expr | None) -> str:
    if annotation is None:
        return "Any"
    code = (
        annotation.value
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str)
        else ast.unparse(annotation)
    )
    for package in ("alli.", "builtins.", "_models."):
        code = code.replace(package, "")
    return code
