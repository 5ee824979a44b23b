"""How a facade method calls its request builder: the builder's arguments, and how the body is put together."""

from __future__ import annotations

from typing import Any

from generator.facade.arguments import Argument, Arguments
from generator.facade.offers import BlockError, Offer
from generator.facade.views import Call
from generator.model.types import Anything, ModelRef, Scalar, Union

__all__ = ["call_of"]


def _path_code(argument: Argument, method: str) -> str:
    if not isinstance(argument.type, Scalar) or argument.type.name not in ("str", "int"):
        return argument.code
    # The builder looks itself at whether text or an integer can be a segment of the path, and names it as the document does.
    if argument.name == argument.builder_name:
        return argument.name
    return f'as_id("{method}: {argument.name}", {argument.name}, {argument.type.name})'


def call_of(offer: Offer, arguments: Arguments) -> Call:
    """How the method calls the builder of its operation.

    Raises:
        BlockError: the block says of the body what it is not.
    """
    operation, block = offer.operation, offer.block
    known: dict[str, Any] = {
        "module": operation.tag,
        "builder": operation.module,
        "path": [_path_code(argument, offer.name) for argument in arguments.path],
        "others": {a.name: f"{a.builder_name}={a.code}" for a in arguments.query},
    }
    if not operation.bodies:
        return Call(**known)
    main = operation.bodies[0]
    if not isinstance(main.type, ModelRef):
        # A body that is not an object: one argument, handed on as what the builder takes.
        (only,) = arguments.body
        is_open = isinstance(main.type, Union | Anything)
        code = f'json_value("{offer.name}: {only.name}", {only.name})' if is_open else only.code
        return Call(**known, handed_on=code)
    known["body_model"] = main.type
    if block.body is not None:
        name = arguments.body[0].name
        where = f'"{offer.name}: {name}"'
        code = f"{main.type.name}.from_dict(wire({where}, json_mapping({where}, required({where}, {name}, Mapping))))"
        return Call(**known, handed_on=code)
    known["handed_on"] = "body"
    if main.kind == "multipart":
        return Call(**known, body="multipart", fields=[(a.builder_name, a.code) for a in arguments.body])
    groups = [
        (repr(wire), [(repr(a.wire), a.code) for a in arguments.body if a.group == wire]) for wire in block.flatten
    ]
    fields = [(repr(wire), repr(value)) for wire, value in offer.method.set.items()]
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
