"""The names that arguments can't have are declared: none is missing that the rendered code needs, and none is there for nothing."""

from __future__ import annotations

import ast
import builtins

from generator import pipeline
from generator.model.names import ARGUMENT_NAMES, BUILDER_NAMES


def functions(source: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def names(function: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}


def arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    return {a.arg for node in functions(ast.unparse(function)) for a in (*node.args.args, *node.args.kwonlyargs)}


def imported_for_one_operation(function: ast.AST) -> set[str]:
    """Its builder and its models, which the template doesn't name."""
    found = [
        node for node in ast.walk(function) if isinstance(node, ast.ImportFrom) and "raw.api" in (node.module or "")
    ]
    return {alias.name for node in found for alias in node.names}


def test_no_argument_of_a_method_can_hide_a_name_that_its_code_needs() -> None:
    methods = functions((pipeline.OUTPUT / "alli" / "resources.py").read_text("utf-8"))
    assert len(methods) > 30
    for method in methods:
        if method.name == "fetch":
            continue  # inside a method, whose names are looked at with it; it takes one of its arguments for each page
        needed = names(method) - arguments(method) - imported_for_one_operation(method)
        code = {name for name in needed if name.islower()} - (vars(builtins).keys() - ARGUMENT_NAMES)
        assert code <= ARGUMENT_NAMES, method.name


def test_no_parameter_of_a_builder_can_hide_a_name_that_its_code_needs() -> None:
    modules = sorted((pipeline.OUTPUT / "alli" / "raw" / "api").rglob("[a-z]*.py"))
    assert len(modules) > 10
    for module in modules:
        for function in functions(module.read_text("utf-8")):
            code = {name for name in names(function) - arguments(function) if name.islower()}
            assert code - vars(builtins).keys() <= BUILDER_NAMES, (module.name, function.name)


def test_what_arguments_are_often_called_is_free() -> None:
    often = {
        "id",
        "type",
        "name",
        "items",
        "file",
        "files",
        "date",
        "limit",
        "page",
        "filter",
        "message",
        "text",
        "user",
    }
    assert often.isdisjoint(ARGUMENT_NAMES | BUILDER_NAMES)
