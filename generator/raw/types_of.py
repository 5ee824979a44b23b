"""Types of openapi-python-client's properties as types of the model."""

from __future__ import annotations

from collections.abc import Mapping

from openapi_python_client.parser.properties import LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

from generator.model.types import (
    NULL,
    Anything,
    Enum,
    File,
    ListOf,
    Literals,
    ModelRef,
    Scalar,
    ScalarName,
    Type,
    union,
)

__all__ = ["TypeReader"]

_SCALARS: dict[type, ScalarName] = {
    StringProperty: "str",
    BooleanProperty: "bool",
    IntProperty: "int",
    FloatProperty: "float",
    DateProperty: "date",
    DateTimeProperty: "datetime",
    UuidProperty: "uuid",
}


class TypeReader:
    """Reads types.

    Args:
        free_form: The models without declared properties, which a property that refers to one doesn't know: name, and what they hold.
    """

    def __init__(self, free_form: Mapping[str, PropertyProtocol | None]) -> None:
        self._free_form = free_form

    def type_of(self, prop: PropertyProtocol) -> Type:
        """The type of a property; whether it may be left out is not part of it."""
        match prop:
            case ModelProperty(class_info=info):
                name = str(info.name)
                held = self._free_form.get(name)
                values = None if held is None else _SCALARS.get(type(held))
                scalar = None if values is None else Scalar(values)
                return ModelRef(name, str(info.module_name), name in self._free_form, scalar)
            case LiteralEnumProperty():
                return self.enum(prop)
            case ListProperty():
                return ListOf(self.type_of(prop.inner_property))
            case UnionProperty():
                return union(self.type_of(inner) for inner in prop.inner_properties)
            case ConstProperty():
                return Literals((prop.value.raw_value,))
            case FileProperty():
                return File()
            case NoneProperty():
                return NULL
            case _:
                scalar_name = _SCALARS.get(type(prop))
                return Anything() if scalar_name is None else Scalar(scalar_name)

    def enum(self, prop: LiteralEnumProperty) -> Enum:
        """The enum of a property."""
        info = prop.class_info
        base: ScalarName = "int" if prop.value_type is int else "str"
        return Enum(str(info.name), str(info.module_name), base, frozenset(prop.values))
