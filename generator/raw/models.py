"""What the raw templates print of models and enums.

Optional fields and parameters default to UNSET whatever default the spec documents: a default belongs to the server, and
openapi-python-client would send it with every request.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.document.source_text import literal, sections, snake_case
from generator.model.api import Field, Model
from generator.model.printers import FIELD, Style, printer
from generator.model.types import Enum, ModelRef, named_in

__all__ = ["EnumView", "FieldView", "ModelView", "enum", "model"]


@dataclass(frozen=True)
class FieldView:
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
class ModelView:
    """A model class as the template prints it."""

    name: str
    docstring: str
    enums: list[Enum]
    """In the annotations."""
    others: list[ModelRef]
    """The other models in the annotations."""
    fields: list[FieldView]
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
class EnumView:
    """A set of known values as the template prints it."""

    name: str
    values_name: str
    base: str
    values: list[str]
    """Literals."""


def model(item: Model) -> ModelView:
    """The class for one schema."""
    types = [field.type for field in item.fields] + ([] if item.additional is None else [item.additional])
    named = {found.name: found for kind in types for found in named_in(kind) if found.name != item.ref.name}
    # Models may hold each other in a circle, so a module finds the others when they are asked for.
    style = Style(
        FIELD.list,
        FIELD.object,
        FIELD.file,
        lambda name: name if name == item.ref.name else f"_models.{name}",
        FIELD.in_order,
    )
    return ModelView(
        name=item.ref.name,
        docstring=_docstring(item),
        enums=[found for _, found in sorted(named.items()) if isinstance(found, Enum)],
        others=[found for _, found in sorted(named.items()) if isinstance(found, ModelRef)],
        fields=[_field(field, style) for field in item.required_first],
        is_multipart=item.multipart,
        additional=None if item.additional is None else printer(item.additional).annotation(style),
        read_additional=None if item.additional is None else printer(item.additional).decoder,
    )


def enum(item: Enum) -> EnumView:
    """The literal type for one enum."""
    return EnumView(
        name=item.name,
        values_name=f"{snake_case(item.name).upper()}_VALUES",
        base=item.base,
        values=[f'"{literal(each)}"' if isinstance(each, str) else repr(each) for each in sorted(item.values, key=str)],
    )


def _field(field: Field, style: Style) -> FieldView:
    wire = literal(field.wire)
    code = printer(field.type)
    arguments = [] if field.required else ["default=UNSET"]
    arguments += ["repr=False"] if field.hidden else []
    only = f', "only": {list(field.tells)!r}' if field.tells else ""
    arguments.append(f'metadata={{"wire": "{wire}", "required": {field.required}{only}}}')
    return FieldView(
        name=field.name,
        wire=wire,
        annotation=code.annotation(style) + ("" if field.required else " | Unset"),
        arguments=", ".join(arguments),
        read=code.decoder,
    )


def _docstring(item: Model) -> str:
    summary, description = item.title, item.description
    if not summary and not description:
        summary = f"{item.ref.name}, an object of the API."
    told = [f"{field.name}: {field.description}" for field in item.required_first if field.description]
    return sections(summary, description, entries=[("Attributes", told)])
