"""What the raw templates print: names, types and code of openapi-python-client's parse, worked out here.

Optional fields and parameters default to UNSET whatever default the spec documents: a default belongs to the server, and
openapi-python-client would send it with every request.
"""

from __future__ import annotations

import builtins
import keyword
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import attrs
from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import (
    LiteralEnumProperty,
    ModelProperty,
    Property,
)
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import PythonIdentifier, in_double_quote_literal, safe_for_docstring

from generator.document.json_types import is_array, is_object
from generator.document.problems import GenerationFailed, Problem
from generator.model.reserved import taken_by_builders
from generator.raw.annotations import qualified
from generator.raw.decoders import reader
from generator.raw.dialect import DISCRIMINATOR

__all__ = ["Enum", "Field", "Model", "annotation", "docstring", "enum", "model", "prepare"]

_RESERVED = frozenset({"additional_keys", "additional_properties", "from_dict", "from_json", "to_dict", "to_multipart"})
"""Names that every model has; a property of that name becomes an attribute with an underscore behind it."""

_HARMLESS = (
    frozenset(dir(builtins))
    - frozenset(keyword.kwlist)
    - {"bool", "bytes", "dict", "float", "int", "list", "object", "str"}
)
"""Names of builtins that no annotation in a model's class needs, so that `app.type` needs no underscore behind it."""


@dataclass(frozen=True)
class Field:
    """A property of a model as the template prints it."""

    name: str
    wire: str
    """The JSON name, escaped for a double-quoted literal."""
    annotation: str
    arguments: str
    """Of attrs' field()."""
    read: str | None
    """Code of the function that turns the JSON value into the attribute's; None where they are the same."""

    @property
    def reader(self) -> str | None:
        """What from_dict calls that function."""
        return None if self.read is None else f"{self.name}_reader"


@dataclass(frozen=True)
class Model:
    """A model class as the template prints it."""

    name: str
    docstring: str
    imports: list[str]
    lazy_imports: list[str]
    fields: list[Field]
    is_multipart: bool
    additional: str | None
    """Type of the values of additional_properties; None if the schema forbids them, which a server need not obey."""
    read_additional: str | None

    @property
    def readers(self) -> list[tuple[str, str]]:
        """What from_dict reads with: name there, and code."""
        own = [(f"{field.name}_reader", field.read) for field in self.fields if field.read is not None]
        return [*own, *([("additional_properties_reader", self.read_additional)] if self.read_additional else [])]

    @property
    def reader_names(self) -> str:
        """Those names as the target of an assignment."""
        names = [name for name, _ in self.readers]
        return ", ".join(names) if len(names) > 1 else "".join(f"{name}," for name in names)


@dataclass(frozen=True)
class Enum:
    """A set of known values as the template prints it."""

    name: str
    values_name: str
    base: str
    values: list[str]
    """Literals."""


def prepare(data: GeneratorData, config: Config) -> None:
    """Give properties the Python names that the schema's `x-alli-sdk: names` asks for, and free the reserved ones.

    Changes `data`, so that the raw package and the facade see the same names.

    Raises:
        GenerationFailed: a name is no identifier, or `x-alli-sdk` speaks of a property the schema doesn't have.
    """
    problems: list[Problem] = []
    for item in data.models:
        properties = {_wire(prop): prop for prop in _properties(item)}
        names = _names(item)
        for wire in sorted({*names, *_hidden(item)}):
            if wire not in properties:
                known = ", ".join(properties)
                problems.append(Problem(f"schema {item.class_info.name}: x-alli-sdk names '{wire}'; it has: {known}"))
        renamed: dict[str, Property] = {}
        for wire, prop in properties.items():
            # A property object may be shared with the models that include this one by allOf.
            own = attrs.evolve(prop)
            wanted = names.get(wire, prop.python_name)
            name: str = PythonIdentifier(wanted, config.field_prefix, skip_snake_case=True)
            if (bare := name.removesuffix("_")) in _HARMLESS:
                name = bare
            if wire in names and name != wanted:
                problems.append(
                    Problem(f"schema {item.class_info.name}: '{wanted}' can't be a Python attribute; '{name}' could")
                )
            object.__setattr__(own, "python_name", f"{name}_" if name in _RESERVED else name)
            renamed[wire] = own
        seen = [prop.python_name for prop in renamed.values()]
        problems += [
            Problem(f"schema {item.class_info.name}: two properties are called {name} in Python")
            for name in sorted({name for name in seen if seen.count(name) > 1})
        ]
        object.__setattr__(item, "required_properties", [renamed[_wire(p)] for p in item.required_properties or []])
        object.__setattr__(item, "optional_properties", [renamed[_wire(p)] for p in item.optional_properties or []])
    for collection in data.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            _free_parameters(endpoint)
    if problems:
        raise GenerationFailed(problems)


def _free_parameters(endpoint: Endpoint) -> None:
    """Give the parameters of a builder that have a name of its module an underscore."""
    properties = [prop for _, prop in endpoint.iter_all_parameters()]
    taken = {*taken_by_builders(), *(str(prop.python_name) for prop in properties)}
    for prop in properties:
        if (old := str(prop.python_name)) in taken_by_builders():
            name = next(name for extra in range(1, len(taken) + 2) if (name := old + "_" * extra) not in taken)
            taken.add(name)
            object.__setattr__(prop, "python_name", name)
            path = endpoint.path.get_untrusted_value()
            if prop in endpoint.path_parameters:
                endpoint.path = UntrustedString(path.replace(f"{{{old}}}", f"{{{name}}}"))


def model(item: ModelProperty) -> Model:
    """The class for one schema."""
    additional = item.additional_properties
    hidden = _hidden(item)
    told: dict[str, list[str]] = (item.data.model_extra or {}).get(DISCRIMINATOR) or {}
    properties = _properties(item)
    lazy = sorted(item.lazy_imports or ())
    late = [line.rpartition(" ")[2] for line in lazy]
    return Model(
        name=item.class_info.name,
        docstring=_model_docstring(item),
        # The parse asks for check functions of enums, which an open enum doesn't have.
        imports=sorted(line for line in item.relative_imports or () if " import check_" not in line),
        lazy_imports=lazy,
        fields=[
            _late(_field(prop, hidden=_wire(prop) in hidden, only=_only(prop, told.get(_wire(prop)))), late)
            for prop in properties
        ],
        is_multipart=item.is_multipart_body,
        additional=None if additional is None else qualified(annotation(additional, required=True), late, "_models"),
        read_additional=None if additional is None else reader(additional),
    )


def _late(field: Field, late: list[str]) -> Field:
    # Models may hold each other in a circle, so a module finds the others when they are asked for.
    return replace(field, annotation=qualified(field.annotation, late, "_models"))


def enum(item: LiteralEnumProperty) -> Enum:
    """The literal type for one enum."""
    values = sorted(item.values, key=str)
    return Enum(
        name=item.class_info.name,
        values_name=f"{item.get_class_name_snake_case().upper()}_VALUES",
        base=item.value_type.__name__,
        values=[f'"{in_double_quote_literal(v)}"' if isinstance(v, str) else repr(v) for v in values],
    )


def annotation(prop: Property, *, required: bool | None = None) -> str:
    """The type of a field or parameter; with Unset where it may be left out."""
    needed = prop.required if required is None else required
    base = prop.get_type_string(no_optional=True).as_unembedded_code()
    return base if needed else f"{base} | Unset"


def docstring(*paragraphs: str, sections: Iterable[tuple[str, list[str]]] = ()) -> str:
    """A docstring with its quotes, at column 0.

    Args:
        paragraphs: Text from the spec; escaped here. Empty ones are left out.
        sections: Title and entries, e.g. ("Args", ["app_id: The app."]); escaped here as well.
    """
    blocks = [_wrapped(text, "") for text in paragraphs if text.strip()]
    for title, entries in sections:
        if entries:
            blocks.append("\n".join([f"{title}:", *(_wrapped(entry, "    ") for entry in entries)]))
    content = "\n\n".join(blocks)
    # Never a quote next to the closing quotes.
    closing = "\n" if "\n" in content or content.endswith('"') else ""
    return f'"""{content}{closing}"""'


def _wrapped(text: str, indent: str) -> str:
    hanging = indent if not indent else indent + "    "
    lines = [line for line in safe_for_docstring(text).splitlines() if line.strip()]
    return "\n".join(
        textwrap.fill(
            " ".join(line.split()),
            width=104,
            initial_indent=indent if number == 0 else hanging,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for number, line in enumerate(lines)
    )


def _only(prop: Property, told: list[str] | None) -> list[Any]:
    """The values that tell an object of this model from one of another; none where any value may stand there."""
    match prop:
        case _ if told:
            return told
        case LiteralEnumProperty(values=values) if len(values) == 1:
            return list(values)
        case _:
            return []


def _field(prop: Property, *, hidden: bool, only: list[Any]) -> Field:
    wire = in_double_quote_literal(prop.name)
    arguments = [] if prop.required else ["default=UNSET"]
    arguments += ["repr=False"] if hidden else []
    told = f', "only": {only!r}' if only else ""
    arguments.append(f'metadata={{"wire": "{wire}", "required": {prop.required}{told}}}')
    return Field(
        name=prop.python_name,
        wire=wire,
        annotation=annotation(prop),
        arguments=", ".join(arguments),
        read=reader(prop),
    )


def _model_docstring(item: ModelProperty) -> str:
    summary = "" if item.data.title is None else item.data.title.get_untrusted_value()
    description = "" if item.description is None else item.description.get_untrusted_value()
    if not summary and not description:
        summary = f"{item.class_info.name}, an object of the API."
    entries = [
        f"{prop.python_name}: {prop.description.get_untrusted_value()}"
        for prop in _properties(item)
        if prop.description
    ]
    return docstring(summary, description, sections=[("Attributes", entries)])


def _properties(item: ModelProperty) -> list[Property]:
    """Required ones first: attrs wants fields without a default before those with one."""
    return [*(item.required_properties or []), *(item.optional_properties or [])]


def _wire(prop: Property) -> str:
    return prop.name.get_untrusted_value()


def _names(item: ModelProperty) -> dict[str, str]:
    """Python names that the overlay gives to properties."""
    names = _extension(item).get("names")
    return {wire: str(name) for wire, name in names.items()} if is_object(names) else {}


def _hidden(item: ModelProperty) -> set[str]:
    """Properties to leave out of the repr: prompts and answers."""
    hidden = _extension(item).get("hide")
    return {str(wire) for wire in hidden} if is_array(hidden) else set()


def _extension(item: ModelProperty) -> dict[str, Any]:
    extension = (item.data.model_extra or {}).get("x-alli-sdk")
    return extension if is_object(extension) else {}
