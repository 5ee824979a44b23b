"""The arguments of a facade method: names, types, defaults, order, and the code that hands each on to the raw package."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass

from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.literal_enum_property import LiteralEnumProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.strings import PythonIdentifier, snake_case

from generator.limits import Words
from generator.nearest import nearest
from generator.vocabulary import MethodBlock, OperationBlock

__all__ = ["Argument", "Arguments", "BlockError", "Models", "arguments_of"]

IDENTITY_HEADERS = frozenset({"api-key", "own-user-id", "user-email", "agent-email"})
"""Set by the transport for every request, so they are no arguments. In lower case: the case of a header says nothing."""

_RESERVED = frozenset(
    {
        *("self", "body", "request", "document", "plain", "fetch", "decode", "build", "builtins", "partial"),
        *(
            "anything",
            "given",
            "json_mapping",
            "json_object",
            "json_text",
            "list_of",
            "nullable",
            "optional",
            "required",
        ),
        *(
            "sequence",
            "to_json",
            "wire",
            "as_file",
            "as_files",
            "split_inputs",
            "read_page",
            "first_page",
            "afirst_page",
        ),
        *("parts", "bool", "dict", "float", "int", "list", "str", "tuple"),
    }
)
"""Names that the body of a rendered method needs (templates/alli/resources.py.jinja); an argument of that name gets an underscore."""


class BlockError(ValueError):
    """A block names what the operation does not have.

    Attributes:
        keys: where in the block.
    """

    def __init__(self, message: str, *keys: str | int) -> None:
        super().__init__(message)
        self.keys = keys


@dataclass(frozen=True)
class Argument:
    """One argument of a facade method.

    Attributes:
        name: as in the facade.
        wire: as in the document.
        builder_name: as in the raw package.
        annotation: its type, as code.
        default: " = None", " = UNSET" or "" where it must be given.
        code: what is handed on, as code.
        doc: what its docstring says.
        models: module and class of the raw models in the annotation.
        group: object of the body it is a property of; None for the body itself.
    """

    name: str
    wire: str
    builder_name: str
    annotation: str
    default: str
    code: str
    doc: str
    models: tuple[tuple[str, str], ...] = ()
    group: str | None = None

    @property
    def declaration(self) -> str:
        return f"{self.name}: {self.annotation}{self.default}"


@dataclass(frozen=True)
class Arguments:
    """A method's arguments, where they come from and in which order they stand."""

    path: list[Argument]
    query: list[Argument]
    body: list[Argument]
    positional: list[Argument]
    keywords: list[Argument]

    @property
    def all(self) -> list[Argument]:
        return self.positional + self.keywords


@dataclass(frozen=True)
class Models:
    """The parse's models by class name; a property that refers to one does not know its properties."""

    by_name: dict[str, ModelProperty]

    def whole(self, prop: ModelProperty) -> ModelProperty:
        return self.by_name.get(prop.class_info.name, prop)

    def properties(self, prop: ModelProperty) -> list[PropertyProtocol]:
        """In the document's order, which the parse keeps within required and optional ones only."""
        whole = self.whole(prop)
        declared = [
            name if isinstance(name, str) else name.get_untrusted_value() for name in whole.data.properties or {}
        ]
        order = {name: place for place, name in enumerate(declared)}
        properties = [*(whole.required_properties or []), *(whole.optional_properties or [])]
        return sorted(properties, key=lambda p: order.get(_wire(p), len(order)))

    def is_free_form(self, prop: ModelProperty) -> bool:
        """An object without declared properties: any JSON object."""
        return not self.properties(prop)


def arguments_of(
    block: OperationBlock, method: MethodBlock, endpoint: Endpoint, models: Models, words: Mapping[str, Words]
) -> Arguments:
    """The arguments of one facade method.

    Args:
        block: What the overlay says of the operation.
        method: Which of its methods.
        endpoint: Its parse.
        models: The parse's models.
        words: What the document says, by wire name, for arguments that the overlay does not describe.

    Raises:
        BlockError: the block names a parameter or argument that is not there.
    """
    reader = _Reader(block, method, models, str(endpoint.name), words)
    path = [reader.argument(prop, "path") for prop in endpoint.path_parameters]
    query = [reader.argument(prop, "query") for prop in endpoint.query_parameters if _wire(prop) not in block.omit]
    headers = [prop for prop in endpoint.header_parameters if _wire(prop).lower() not in IDENTITY_HEADERS]
    query += [reader.argument(prop, "header") for prop in headers if _wire(prop) not in block.omit]
    query += [reader.argument(prop, "cookie") for prop in endpoint.cookie_parameters if _wire(prop) not in block.omit]
    body = reader.body(endpoint)
    every = {argument.name: argument for argument in (*path, *query, *body)}
    _check_names(block, every)
    positional = path + [every[name] for name in block.positional if every[name] not in path]
    rest = [argument for argument in every.values() if argument not in positional]
    first = [every[name] for name in block.order]
    required = [a for a in rest if not a.default and a not in first]
    optional = [a for a in rest if a.default and a not in first]
    return Arguments(path, query, body, positional, first + required + optional)


def _check_names(block: OperationBlock, every: dict[str, Argument]) -> None:
    """Do the argument names in the block exist?"""
    named: list[tuple[str, str | int, str]] = [
        *(("positional", index, name) for index, name in enumerate(block.positional)),
        *(("order", index, name) for index, name in enumerate(block.order)),
    ]
    for key, place, name in named:
        if name not in every:
            raise BlockError(
                f"{key}: there is no argument '{name}' any more; the nearest is '{nearest(name, every)}'", key, place
            )
    if block.files is not None and block.files not in every:
        near = nearest(block.files, every)
        raise BlockError(f"files: there is no argument '{block.files}' any more; the nearest is '{near}'", "files")
    known = {
        *every,
        *(argument.wire for argument in every.values()),
        *block.omit,
        *(w for names in block.flatten.values() for w in names),
    }
    for name in block.describe:
        if name not in known:
            message = f"describe: there is no argument '{name}' any more; the nearest is '{nearest(name, known)}'"
            raise BlockError(message, "describe", name)


class _Reader:
    def __init__(
        self, block: OperationBlock, method: MethodBlock, models: Models, builder: str, words: Mapping[str, Words]
    ) -> None:
        self._words = words
        self._taken: set[str] = {builder, *_RESERVED}
        self._block = block
        self._models = models
        self._method = method
        self._name = f"{block.resource}.{method.name}"

    def body(self, endpoint: Endpoint) -> list[Argument]:
        props = [body.prop for body in endpoint.bodies]
        if not props:
            return []
        main = props[0]
        if self._block.body is not None:
            return [self._whole(main, self._block.body)]
        if not isinstance(main, ModelProperty):
            raise BlockError("the body is no object; name it with body: {argument: …}")
        arguments: list[Argument] = []
        for prop in self._models.properties(main):
            wire = _wire(prop)
            if wire in self._block.flatten:
                arguments += self._flattened(prop, wire)
            elif wire not in self._block.omit and wire not in self._method.set:
                arguments.append(self.argument(prop, "body"))
        return arguments

    def argument(self, prop: PropertyProtocol, where: str, group: str | None = None) -> Argument:
        block, wire = self._block, _wire(prop)
        name = self._free_name(wire, where)
        inner, nullable = _without_null(prop)
        annotation, models = self._annotation(inner, wire)
        code = self._code(inner, wire, name)
        default = "" if prop.required and not group else " = None"
        keep_null = block.keep_null and where == "body"
        if default and keep_null:
            default = " = UNSET"
            annotation += " | None | Unset" if nullable else " | Unset"
        elif default:
            annotation += " | None"
        if code == name and (types := self._scalar_types(inner, wire)):
            check = "required" if not default else "nullable" if keep_null else "optional"
            code = f'{check}("{self._name}: {name}", {name}, {types})'
        elif keep_null and nullable and "(" in code:
            code = f"None if {name} is None else {code}"
        elif default and not keep_null and "(" not in code:
            code = f"given({code})"
        description = prop.description.get_untrusted_value() if prop.description else ""
        return Argument(
            name=name,
            wire=wire,
            builder_name=str(prop.python_name),
            annotation=annotation,
            default=default,
            code=code,
            doc=block.describe.get(wire) or block.describe.get(name) or self._told(wire, description),
            models=tuple(models),
            group=group,
        )

    def _free_name(self, wire: str, where: str) -> str:
        """What the argument is called: as the block says, else as on the wire, and different from every other name."""
        renamed = self._block.rename.get(wire)
        wanted = renamed or snake_case(wire)
        if not renamed and (keyword.iskeyword(wanted) or not wanted.isidentifier()):
            wanted = str(PythonIdentifier(wanted, "field_", skip_snake_case=True))
        if renamed and renamed in self._taken:
            raise BlockError(f"rename: '{renamed}' is taken already", "rename", wire)
        # A path and a body may both have an `id`: the later one says where it goes.
        candidates = [wanted, f"{wanted}_"] if wanted in _RESERVED else [wanted]
        candidates += [f"{where}_{wanted}{'_' * extra}" for extra in range(len(self._taken))]
        name = next(name for name in candidates if name not in self._taken)
        self._taken.add(name)
        return name

    def _told(self, wire: str, description: str) -> str:
        """What the document says of the argument: its words, unless they say no more than the name, and its limits."""
        words = self._words.get(wire, Words("", ""))
        text = " ".join((words.text or description).split()).removeprefix("Optional: ")
        if text and not text.endswith((".", "!", "?", ")", ":")):
            text += "."
        return f"{text} {words.limits}".strip()

    def _whole(self, prop: PropertyProtocol, wanted: str) -> Argument:
        name = wanted if wanted not in self._taken - {"body"} else f"{wanted}_"
        annotation, models = self._annotation(prop, name)
        doc = self._block.describe.get(name, "The whole body.")
        code = self._code(prop, wanted, name)
        return Argument(name, name, name, annotation, "", code, doc, tuple(models))

    def _flattened(self, prop: PropertyProtocol, wire: str) -> list[Argument]:
        inner, _ = _without_null(prop)
        if not isinstance(inner, ModelProperty):
            raise BlockError(f"flatten: {wire} is no object", "flatten", wire)
        known = {_wire(p): p for p in self._models.properties(inner)}
        wanted = self._block.flatten[wire]
        if missing := [name for name in wanted if name not in known]:
            raise BlockError(f"flatten: {wire} has no {', '.join(missing)}; it has {', '.join(known)}", "flatten", wire)
        return [self.argument(known[name], "body", group=wire) for name in wanted]

    def _annotation(self, prop: PropertyProtocol, wire: str) -> tuple[str, list[tuple[str, str]]]:
        if wire in self._block.types:
            return self._block.types[wire], []
        match prop:
            case ModelProperty() if self._models.is_free_form(prop):
                return "Mapping[str, Any]", []
            case ModelProperty():
                info = prop.class_info
                return f"{info.name} | Mapping[str, Any]", [(info.module_name, info.name)]
            case ListProperty():
                inner, models = self._annotation(prop.inner_property, "")
                return f"Sequence[{inner}]", models
            case UnionProperty():
                parts = [self._annotation(p, "") for p in prop.inner_properties if not isinstance(p, NoneProperty)]
                return " | ".join(dict.fromkeys(a for a, _ in parts)), [m for _, models in parts for m in models]
            case StringProperty() | LiteralEnumProperty():
                return "str", []
            case BooleanProperty():
                return "bool", []
            case IntProperty():
                return "int", []
            case FloatProperty():
                return "float", []
            case FileProperty():
                return "FileInput", []
            case _:
                return "Any", []

    def _scalar_types(self, prop: PropertyProtocol, wire: str) -> str:
        """The types that a plain value must have, as code; "" where it may be anything."""
        if wire in self._block.types:
            return ""
        match prop:
            case StringProperty() | LiteralEnumProperty():
                return "str"
            case BooleanProperty():
                return "bool"
            case IntProperty():
                return "int"
            case FloatProperty():
                return "float, int"
            case _:
                return ""

    def _code(self, prop: PropertyProtocol, wire: str, name: str) -> str:
        """Code that checks the argument and hands it on. All but a bare name take None as not given."""
        where = f'"{self._name}: {name}"'
        if wire in self._block.json_strings:
            kind = self._block.types.get(wire, "").partition("[")[0]
            checked = {"Sequence": f"sequence({where}, {name})", "Mapping": f"json_mapping({where}, {name})"}
            return f"json_text({where}, {checked.get(kind, name)})"
        match prop:
            case ListProperty() if isinstance(prop.inner_property, FileProperty):
                return f"given(as_files({where}, {name}))"
            case FileProperty():
                return f"as_file({where}, {name})"
            case ListProperty():
                return f"sequence({where}, {name})"
            case ModelProperty():
                return f"json_mapping({where}, {name})"
            case _:
                return name


def _without_null(prop: PropertyProtocol) -> tuple[PropertyProtocol, bool]:
    """`T` of `T | null`, and whether there was a null."""
    if not isinstance(prop, UnionProperty):
        return prop, False
    rest = [p for p in prop.inner_properties if not isinstance(p, NoneProperty)]
    nullable = len(rest) < len(prop.inner_properties)
    return (rest[0] if len(rest) == 1 else prop), nullable


def _wire(prop: PropertyProtocol) -> str:
    return prop.name.get_untrusted_value()
