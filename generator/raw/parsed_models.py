"""Questions to openapi-python-client's parse: the properties of a model, the wire name of a property, null in a union."""

from __future__ import annotations

from dataclasses import dataclass

from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.union import UnionProperty

__all__ = ["Models", "wire_name", "without_null"]


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
        return sorted(properties, key=lambda p: order.get(wire_name(p), len(order)))

    def is_free_form(self, prop: ModelProperty) -> bool:
        """An object without declared properties: any JSON object."""
        return not self.properties(prop)


def without_null(prop: PropertyProtocol) -> tuple[PropertyProtocol, bool]:
    """`T` of `T | null`, and whether there was a null."""
    if not isinstance(prop, UnionProperty):
        return prop, False
    rest = [p for p in prop.inner_properties if not isinstance(p, NoneProperty)]
    nullable = len(rest) < len(prop.inner_properties)
    return (rest[0] if len(rest) == 1 else prop), nullable


def wire_name(prop: PropertyProtocol) -> str:
    """What the property is called in the document."""
    return prop.name.get_untrusted_value()
