"""What the raw templates print of models and enums.

Optional fields and parameters default to UNSET whatever default the spec documents: a default belongs to the server, and
openapi-python-client would send it with every request.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from generator.document.source_text import literal, sections, snake_case
from generator.model.api import Field, Model
from generator.model.printers import FIELD, Style, annotation, decoder, literals
from generator.model.types import NULL, Anything, Enum, ModelRef, named_in, union

__all__ = ["EnumView", "FieldView", "ModelView"]


@dataclass(frozen=True)
class FieldView:
    """A property of a model as the template prints it."""

    field: Field
    style: Style

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def wire(self) -> str:
        """The JSON name, escaped for a double-quoted literal."""
        return literal(self.field.wire)

    @property
    def annotation(self) -> str:
        """A field that may be left out reads as None then."""
        is_whole = self.field.required or isinstance(self.field.type, Anything)
        return annotation(self.field.type if is_whole else union((self.field.type, NULL)), self.style)

    @property
    def arguments(self) -> str:
        """Of attrs' field()."""
        only = f', "only": {list(self.field.tells)!r}' if self.field.tells else ""
        metadata = f'metadata={{"wire": "{self.wire}", "required": {self.field.required}{only}}}'
        return "default=ABSENT, " * (not self.field.required) + "repr=False, " * self.field.hidden + metadata

    @property
    def reader(self) -> str | None:
        """What from_dict calls the function that turns the JSON value into the attribute's; None where they are the same."""
        return f"{self.field.name}_reader" if decoder(self.field.type) else None


@dataclass(frozen=True)
class ModelView:
    """A model class as the template prints it."""

    model: Model
    is_answered: bool = True
    """Whether an answer may hold it, and with it any value where values are listed."""

    @property
    def docstring(self) -> str:
        summary, description = self.model.title, self.model.description
        if not summary and not description:
            summary = f"{self.model.ref.name}, an object of the API."
        described = [f"{field.name}: {field.description}" for field in self.model.required_first if field.description]
        return sections(summary, description, entries=[("Attributes", described)])

    @property
    def fields(self) -> list[FieldView]:
        return [FieldView(field, self._style) for field in self.model.required_first]

    @property
    def additional(self) -> str | None:
        """Type of the values of additional_properties; None if the schema forbids them, which a server need not obey."""
        return None if self.model.additional is None else annotation(self.model.additional, self._style)

    @property
    def named(self) -> list[ModelRef | Enum]:
        """The other models, and the enums, in the annotations."""
        named = {found.name: found for kind in self.model.held for found in named_in(kind)}
        return [named[name] for name in sorted(named) if name != self.model.ref.name]

    @property
    def others(self) -> list[ModelRef]:
        """The models among these."""
        return [found for found in self.named if isinstance(found, ModelRef)]

    @property
    def readers(self) -> list[tuple[str, str]]:
        """What from_dict reads with: name there, and code."""
        named = [(field.name, field.type) for field in self.model.required_first]
        named += [("additional_properties", self.model.additional)] if self.model.additional else []
        return [(f"{name}_reader", code) for name, kind in named if (code := decoder(kind))]

    @property
    def reads_additional(self) -> bool:
        return self.model.additional is not None and decoder(self.model.additional) is not None

    @property
    def reader_names(self) -> str:
        """Names of the readers as the target of an assignment."""
        names = [name for name, _ in self.readers]
        return ", ".join(names) if len(names) > 1 else "".join(f"{name}," for name in names)

    @property
    def _style(self) -> Style:
        # Models may hold each other in a circle, so a module finds the others when they are asked for.
        def named(name: str) -> str:
            return name if name == self.model.ref.name else f"_models.{name}"

        return replace(FIELD, model=named, enum=named, open=self.is_answered)


@dataclass(frozen=True)
class EnumView:
    """A set of known values as the template prints it."""

    enum: Enum

    @property
    def values_name(self) -> str:
        return f"{snake_case(self.enum.name).upper()}_VALUES"

    @property
    def values(self) -> list[str]:
        """Literals."""
        return literals(self.enum.listed)
