"""How a facade method calls its request builder: the builder's arguments, and how the body is put together."""

from __future__ import annotations

from typing import Any

from openapi_python_client.parser.bodies import BodyType
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import AnyProperty, ModelProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.union import UnionProperty

from generator.facade.argument_names import BlockError
from generator.facade.arguments import Argument, Arguments
from generator.facade.views import Call
from generator.model.blocks import MethodBlock, OperationBlock

__all__ = ["call_of"]


def call_of(block: OperationBlock, method: MethodBlock, tag: str, endpoint: Endpoint, arguments: Arguments) -> Call:
    """How the method calls the builder of its operation.

    Raises:
        BlockError: the block says of the body what it is not.
    """
    # The builder looks itself at whether text or an integer can be a segment of the path.
    builder_arguments = [a.name if a.annotation in ("str", "int") else a.code for a in arguments.path]
    builder_arguments += [f"{a.builder_name}={a.code}" for a in arguments.query]
    known: dict[str, Any] = {"module": tag, "builder": str(endpoint.name)}
    if not endpoint.bodies:
        return Call(**known, arguments=builder_arguments, body="")
    main = endpoint.bodies[0]  # see media_types.readable
    prop = main.prop
    if block.body is not None and not isinstance(prop, ModelProperty):
        return _value_body(known, builder_arguments, prop, arguments.body[0], f"{block.resource}.{method.name}")
    if not isinstance(prop, ModelProperty):
        raise BlockError("the body must be a JSON object or a form; else name it with body: {argument: …}")
    model = prop.class_info
    known |= {"body_model": model.name, "body_module": model.module_name}
    if block.body is not None:
        name = arguments.body[0].name
        where = f'"{block.resource}.{method.name}: {name}"'
        code = f"{model.name}.from_dict(wire(json_mapping({where}, required({where}, {name}, Mapping))))"
        return Call(**known, arguments=[*builder_arguments, f"body={code}"], body="")
    known["arguments"] = [*builder_arguments, "body=body"]
    constants = [(repr(wire), repr(value)) for wire, value in method.set.items()]
    if main.body_type is BodyType.FILES:
        return Call(**known, body="multipart", fields=[(a.builder_name, a.code) for a in arguments.body])
    groups = [
        (repr(wire), [(repr(a.wire), a.code) for a in arguments.body if a.group == wire]) for wire in block.flatten
    ]
    fields = constants + [(repr(a.wire), a.code) for a in arguments.body if a.group is None and a.name != block.files]
    if block.files is None:
        return Call(**known, body="json", fields=fields, groups=groups)
    form = next((body.prop for body in endpoint.bodies if body.body_type is BodyType.FILES), None)
    if not isinstance(form, ModelProperty):
        raise BlockError("files: the operation takes no multipart/form-data", "files")
    files = next((a for a in arguments.body if a.name == block.files), None)
    if files is None:
        raise BlockError(f"files: no argument {block.files!r} in the body", "files")
    known |= {"form_model": form.class_info.name, "form_module": form.class_info.module_name, "files": files.name}
    return Call(**known, body="files", fields=fields, groups=[(repr(files.wire), []), *groups])


def _value_body(
    known: dict[str, Any], others: list[str], prop: PropertyProtocol, argument: Argument, method: str
) -> Call:
    """A body that is no object: one argument, handed on as what the builder takes."""
    match prop:
        case UnionProperty() | AnyProperty():
            code = f'json_value("{method}: {argument.name}", {argument.name})'
        case _:
            code = argument.code
    return Call(**known, arguments=[*others, f"body={code}"], body="")
