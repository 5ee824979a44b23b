"""The type of an argument, and the code that checks it and hands it on to the raw package, by the kind of its property."""

from __future__ import annotations

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

from generator.parsed_models import Models
from generator.vocabulary import OperationBlock

__all__ = ["annotation_of", "conversion", "scalar_types"]


def annotation_of(
    block: OperationBlock, models: Models, prop: PropertyProtocol, wire: str
) -> tuple[str, list[tuple[str, str]]]:
    if wire in block.types:
        return block.types[wire], []
    match prop:
        case ModelProperty() if models.is_free_form(prop):
            return "Mapping[str, Any]", []
        case ModelProperty():
            info = prop.class_info
            return f"{info.name} | Mapping[str, Any]", [(info.module_name, info.name)]
        case ListProperty():
            inner, needed = annotation_of(block, models, prop.inner_property, "")
            return f"Sequence[{inner}]", needed
        case UnionProperty():
            parts = [
                annotation_of(block, models, p, "") for p in prop.inner_properties if not isinstance(p, NoneProperty)
            ]
            return " | ".join(dict.fromkeys(a for a, _ in parts)), [m for _, needed in parts for m in needed]
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


def scalar_types(block: OperationBlock, prop: PropertyProtocol, wire: str) -> str:
    """The types that a plain value must have, as code; "" where it may be anything."""
    if wire in block.types:
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


def conversion(block: OperationBlock, prop: PropertyProtocol, wire: str, name: str, where: str) -> str:
    """Code that checks the argument and hands it on. All but a bare name take None as not given."""
    if wire in block.json_strings:
        kind = block.types.get(wire, "").partition("[")[0]
        checked = {"Sequence": f"sequence({where}, {name})", "Mapping": f"json_mapping({where}, {name})"}
        return f"json_text({where}, {checked.get(kind, name)})"
    match prop:
        case ListProperty() if isinstance(prop.inner_property, FileProperty):
            return f"given(as_files({where}, {name}))"
        case FileProperty():
            return f"as_file({where}, {name})"
        case ListProperty(inner_property=ModelProperty() | ListProperty() | UnionProperty()):
            return f"json_list({where}, {name})"
        case ListProperty():
            types = scalar_types(block, prop.inner_property, "")
            return f"sequence({where}, {name}{types and f', {types}'})"
        case ModelProperty():
            return f"json_mapping({where}, {name})"
        case _:
            return name
