"""How each kind of type is written as code: one function per question, which has a case for each kind."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from generator.document.source_text import literal
from generator.model.types import (
    Anything,
    Enum,
    File,
    ListOf,
    Literals,
    ModelRef,
    ObjectOf,
    Scalar,
    ScalarName,
    Type,
    Union,
)

__all__ = [
    "ANSWER", "ARGUMENT", "FIELD", "Style", "annotation", "answer_decoder", "decoder", "encoder", "instances",
    "literals", "segment",
]  # fmt: skip


@dataclass(frozen=True)
class Style:
    """Where a type is written."""

    list: str
    object: str
    file: str
    model: Callable[[str], str] = str
    """What a model's class is called there."""
    enum: Callable[[str], str] = str
    """What the type of a list of values is called there."""
    open: bool = True
    """Whether any value of an enum's type may stand for it, whatever the enum says."""
    in_order: bool = True
    """Whether unions keep the document's order."""

    def within(self, package: str) -> Style:
        """The same, with models as attributes of a package that loads them when they are asked for: get_type_hints must find them."""
        attribute = f"{package}.{{}}".format
        return replace(self, model=attribute, enum=attribute)


FIELD = Style("list", "dict", "File", in_order=False)
"""Fields of models and parameters of request builders, in the raw package."""

ARGUMENT = Style("Sequence", "Mapping", "FileInput", open=False)
"""Arguments of the facade: see types.given."""

ANSWER = Style("builtins.list", "dict", "bytes")
"""What the facade returns: see types.answered. A method may be called `list`, which hides the type in the signatures of its class."""


_SCALARS: dict[ScalarName, tuple[str, tuple[str, ...], str | None]] = {
    "str": ("str", ("str",), None),
    "bool": ("bool", ("bool",), None),
    "int": ("int", ("int",), None),
    "float": ("float", ("float", "int"), None),
    "bytes": ("bytes", ("bytes",), None),
    "date": ("datetime.date", ("datetime.date",), "read_date"),
    "datetime": ("datetime.datetime", ("datetime.datetime",), "read_datetime"),
    "uuid": ("UUID", ("UUID",), "read_uuid"),
    "null": ("None", ("NoneType",), None),
    "object": ("object", (), None),
}
"""Annotation, classes to ask for, and decoder."""


def annotation(kind: Type, style: Style) -> str:
    """The type, in the words of a style."""
    return " | ".join(_options(kind, style))


def _options(kind: Type, style: Style) -> list[str]:
    """The parts of the annotation; one unless it is a union."""
    match kind:
        case Scalar(name):
            return [_SCALARS[name][0]]
        case Literals(values):
            return [_listed(values)]
        case Enum(name, base=base):
            listed = style.enum(name) if kind.has_name else _listed(kind.listed)
            return [listed, base] if style.open or kind.open else [listed]
        case ListOf(items):
            return [f"{style.list}[{annotation(items, style)}]"]
        case ObjectOf(values):
            return [f"{style.object}[str, {annotation(values, style)}]"]
        case ModelRef(name):
            return [style.model(name)]
        case Union(options):
            ordered = options if style.in_order else sorted(options, key=lambda each: annotation(each, FIELD).lower())
            return list(dict.fromkeys(part for each in ordered for part in _options(each, style)))
        case File():
            return [style.file]
        case Anything():
            return ["Any"]


def _listed(values: Iterable[object]) -> str:
    return f"Literal[{', '.join(literals(values))}]"


def literals(values: Iterable[object]) -> list[str]:
    """The values, each as a literal."""
    return [f'"{literal(value)}"' if isinstance(value, str) else repr(value) for value in values]


def decoder(kind: Type) -> str | None:
    """The function from a JSON value to the value; None where they are the same.

    Decoders never raise: what they can't read comes back as it came (templates/raw/open_world.py.jinja).
    """
    match kind:
        case Scalar(name):
            return _SCALARS[name][2]
        case ListOf(items):
            inner = decoder(items)
            return None if inner is None else f"list_of({inner})"
        case ModelRef(name):
            return f"{name}.from_json"
        case Union(options):
            models = [option for option in options if isinstance(option, ModelRef)]
            found = [code for each in options if not isinstance(each, ModelRef) and (code := decoder(each))]
            if models:
                names = ", ".join(model.name for model in models)
                found.insert(0, f"best_of({names})" if len(models) > 1 else f"{names}.from_json")
            return f"first_of({', '.join(found)})" if len(found) > 1 else next(iter(found), None)
        case _:
            return None


def answer_decoder(kind: Type, *, item: bool = False) -> str:
    """The function that reads a whole answer, or an item of one, and may refuse it (templates/alli/_json/decoders.py).

    An item of a list may be of another type, the answer itself may not.
    """
    read, classes = decoder(kind), instances(kind)
    match kind:
        case ListOf(items):
            return f"list_of({answer_decoder(items, item=True)})"
        case ObjectOf(Scalar() as values):
            return f"object_of({answer_decoder(values, item=True)})"
        case ObjectOf():
            return "anything" if item else "json_object"
        case ModelRef(name):
            return f"{name}.{'from_json' if item else 'from_dict'}"
        case Union(options) if not item:
            models = [option.name for option in options if isinstance(option, ModelRef)]
            others = [name for option in options for name in instances(option)]
            return f"one_of({', '.join([read or 'anything', *models, *others])})"
        case Scalar() | Enum() if not item and classes:
            # Numbers without a point are made float.
            return f"declared({classes[0]}{'' if read is None else f', read={read}'})"
        case _:
            return read or "anything"


def instances(kind: Type) -> tuple[str, ...]:
    """The classes that a check may ask an argument for; none where only `encoder` can tell."""
    match kind:
        case Scalar(name):
            return _SCALARS[name][1]
        case Enum(base=base):
            return (base,)
        case Union(options):
            parts = [instances(option) for option in options]
            return tuple(dict.fromkeys(itertools.chain(*parts))) if all(parts) else ()
        case _:
            return ()


def encoder(kind: Type, where: str, name: str, *, needed: bool) -> str | None:
    """The code that checks an argument and hands it on to a request builder; None where `instances` or nothing is enough.

    It takes None as not given, unless the argument is `needed`.
    """
    to_list = "as_list" if needed else "sequence"
    match kind:
        case ListOf(items) if types := instances(items):
            return f"{to_list}({where}, {name}, {', '.join(types)})"
        case ListOf(File()):
            return f"given(as_files({where}, {name}))"
        case ListOf(ModelRef() | ListOf() | Union()):
            return f"json_list({where}, {name})"
        case ListOf():
            return f"{to_list}({where}, {name})"
        case ObjectOf() | ModelRef():
            return f"json_mapping({where}, {name})"
        case File():
            return (
                f"as_file({where}, {name})"
                if needed
                else f"given(None if {name} is None else as_file({where}, {name}))"
            )
        case Union(options) if {*options} == {File(), Scalar("str")}:
            text = "str" if needed else "str | None"
            code = f"{name} if isinstance({name}, {text}) else as_file({where}, {name})"
            return code if needed else f"given({code})"
        case _:
            return None


def segment(kind: Type, name: str, wire: str) -> str:
    """The code of a path segment. The builder looks itself at whether text or an integer can be one."""
    match kind:
        case Scalar("int") | Enum(base="int"):
            return f'path_segment({name}, "{wire}", int)'
        case Scalar("str") | Enum(base="str"):
            return f'path_segment({name}, "{wire}")'
        case _:
            return f'path_segment(as_text({name}), "{wire}")'
