"""Reads a type that is written as in Python: the overlay is text, and text must not become a program."""

from __future__ import annotations

import ast

from generator.model.types import NULL, Anything, File, ListOf, Literals, ObjectOf, Scalar, ScalarName, Type, union

__all__ = ["read_type"]

_SCALARS: tuple[ScalarName, ...] = ("bool", "bytes", "float", "int", "object", "str")
_LISTS = ("Sequence", "list")
_OBJECTS = ("Mapping", "dict")

_NAMES = sorted(("Any", *_SCALARS, *_LISTS, *_OBJECTS, "FileInput", "Literal", "None"))


def read_type(code: object) -> Type:
    """The type.

    Raises:
        ValueError: it is something else, with what it may be.
    """
    try:
        return _read(ast.parse(str(code), mode="eval").body)
    except (SyntaxError, ValueError):
        raise ValueError(f"must be a type made of {', '.join(_NAMES)}") from None


def _read(node: ast.expr) -> Type:
    match node:
        case ast.Constant(value=None):
            return NULL
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return union([_read(left), _read(right)])
        case ast.Name(id=name) if name in _SCALARS:
            return Scalar(next(each for each in _SCALARS if each == name))
        case ast.Name(id="Any"):
            return Anything()
        case ast.Name(id="FileInput"):
            return File()
        case ast.Subscript(value=ast.Name(id=name), slice=inner) if name in _LISTS:
            return ListOf(_read(inner))
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=[ast.Name(id="str"), inner])) if (
            name in _OBJECTS
        ):
            return ObjectOf(_read(inner))
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            values = [ast.literal_eval(each) for each in (inner.elts if isinstance(inner, ast.Tuple) else [inner])]
            if all(isinstance(value, str | int) for value in values):
                return Literals(tuple(values))
        case _:
            pass
    raise ValueError(ast.unparse(node))
