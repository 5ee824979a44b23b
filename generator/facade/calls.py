"""How a facade method calls its request builder: the builder's arguments, and how the body is put together."""

from __future__ import annotations

from typing import Any

from generator.facade.argument_names import BlockError
from generator.facade.arguments import Argument, Arguments
from generator.facade.views import Call
from generator.model.api import Operation
from generator.model.blocks import MethodBlock, OperationBlock
from generator.model.types import Anything, ModelRef, Scalar, Type, Union

__all__ = ["call_of"]


def _path_code(argument: Argument, block: OperationBlock, method: MethodBlock) -> str:
    if not isinstance(argument.type, Scalar) or argument.type.name not in ("str", "int"):
        return argument.code
    # The builder looks itself at whether text or an integer can be a segment of the path, and names it as the document does.
    if argument.name == argument.builder_name:
        return argument.name
    return f'as_id("{block.resource}.{method.name}: {argument.name}", {argument.name}, {argument.type.name})'


def call_of(operation: Operation, block: OperationBlock, method: MethodBlock, arguments: Arguments) -> Call:
    """How the method calls the builder of its operation.

    Raises:
        BlockError: the block says of the body what it is not.
    """
    known: dict[str, Any] = {
        "module": operation.tag,
        "builder": operation.module,
        "path": [_path_code(argument, block, method) for argument in arguments.path],
        "others": {a.name: f"{a.builder_name}={a.code}" for a in arguments.query},
    }
    if not operation.bodies:
        return Call(**known)
    main = operation.bodies[0]
    if not isinstance(main.type, ModelRef):
        if block.body is None:
            raise BlockError("the body must be a JSON object or a form; else name it with body: {argument: …}")
        return Call(**known, handed_on=_value(main.type, arguments.body[0], f"{block.resource}.{method.name}"))
    known["body_model"] = main.type
    if block.body is not None:
        name = arguments.body[0].name
        where = f'"{block.resource}.{method.name}: {name}"'
        code = f"{main.type.name}.from_dict(wire({where}, json_mapping({where}, required({where}, {name}, Mapping))))"
        return Call(**known, handed_on=code)
    known["handed_on"] = "body"
    if main.kind == "multipart":
        return Call(**known, body="multipart", fields=[(a.builder_name, a.code) for a in arguments.body])
    groups = [
        (repr(wire), [(repr(a.wire), a.code) for a in arguments.body if a.group == wire]) for wire in block.flatten
    ]
    fields = [(repr(wire), repr(value)) for wire, value in method.set.items()]
    paged = block.pagination.param if block.pagination is not None and block.pagination.place == "body" else None
    plain_arguments = [a for a in arguments.body if a.group is None and a.name != block.files]
    fields += [(repr(a.wire), a.code) for a in plain_arguments if a.wire != paged]
    fields += [(repr(twin), a.code) for twin, wire in block.same_as.items() for a in plain_arguments if a.wire == wire]
    if block.files is None:
        page_field = next(((repr(a.wire), a.code) for a in plain_arguments if a.wire == paged), None)
        return Call(**known, body="json", fields=fields, groups=groups, page_field=page_field)
    form = next((body.type for body in operation.bodies if body.kind == "multipart"), None)
    if not isinstance(form, ModelRef):
        raise BlockError("files: the operation takes no multipart/form-data", "files")
    files = next((a for a in arguments.body if a.name == block.files), None)
    if files is None:
        raise BlockError(f"files: no argument {block.files!r} in the body", "files")
    known |= {"form_model": form, "files": files.name}
    return Call(**known, body="files", fields=fields, groups=[(repr(files.wire), []), *groups])


def _value(kind: Type, argument: Argument, method: str) -> str:
    """A body that is not an object: one argument, handed on as what the builder takes."""
    match kind:
        case Union() | Anything():
            return f'json_value("{method}: {argument.name}", {argument.name})'
        case _:
            return argument.code
