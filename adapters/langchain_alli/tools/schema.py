"""Argument lists as pydantic models, from which the schema a model sees is made and by which its arguments are checked.

They forbid extras, so that an argument a model made up (`conversationId`, `mode`) fails instead of being dropped. What
LangChain wants of such a model besides is in `injection.py`; nothing here knows LangChain.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache, partial
from typing import Annotated, Any, Literal, cast

from alli_tools.definition.arguments import FREE_INPUTS, MESSAGE, Argument, declared_arguments
from alli_tools.definition.naming import NAME_PATTERN, argument_keys, is_name
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo

__all__ = ["MOST_CHOICES", "DeclaredSchema", "FreeForm", "NamedValue", "declared_schema", "model_from_arguments"]

MOST_CHOICES = 250  # in one tool: of more in a strict schema one provider refuses 500, or their length
_FORMS = "a pydantic model, or a mapping of variables to (type, Field(...)), a type or Field(...)"
_JSON = (str, int, float, list, tuple, dict)  # what a JSON schema given for a mapping of variables holds
_NEAR = 10  # options told to a model that gave none of them

DeclaredSchema = type[BaseModel] | Mapping[str, Any]
"""What an application may give as the arguments of an app: a pydantic model whose fields are the app's variables (a
field `message` is the chat message), or variable → (type, Field(...) or default), Field(...) or type, for variables of
any spelling."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NamedValue(_Strict):
    """One input of an app."""

    name: str = Field(description="The input's name.")
    value: str = Field(description="Its value.")


class FreeForm(_Strict):
    """As `args_schema`: the model names the inputs itself, in a list that every provider takes as it is."""


@lru_cache(maxsize=512)
def model_from_arguments(arguments: tuple[Argument, ...]) -> type[BaseModel]:
    """A model with one field per argument, all required but free inputs. Equal arguments give the same model: most
    apps take a message and nothing else, and a model is what takes longest to build of a tool.
    """
    fields: dict[str, tuple[Any, FieldInfo]] = {}
    room = MOST_CHOICES
    for argument in arguments:
        listed = len(argument.choices) <= room
        room -= len(argument.choices) if listed else 0
        fields[argument.key] = _field_of(argument, listed=listed)
    return _model("Arguments", (_Strict,), fields)


def declared_schema(name: str, schema: DeclaredSchema, *, chats: bool) -> tuple[type[BaseModel], tuple[Argument, ...]]:
    """The model, and the arguments that lead back to the variables, for a schema the application declares.

    `chats`: the app holds conversations, so a mapping gets a `message` argument beside its variables.

    Raises:
        ValueError: a field of a declared model can't be an argument, or `schema` is neither a model nor such a
            mapping; says how to write it.
    """
    if isinstance(schema, Mapping):
        return _from_mapping(name, schema, chats=chats)
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError(f"args_schema: must be {_FORMS}, not {type(schema).__name__}")
    if issubclass(schema, FreeForm):
        free = (MESSAGE, FREE_INPUTS) if chats else (FREE_INPUTS,)
        return model_from_arguments(free), free
    _check_fields(schema)
    arguments = tuple(
        MESSAGE if field == MESSAGE.key else Argument(field, field, "declared", info.description or "")
        for field, info in schema.model_fields.items()
    )
    return _model(name, (schema, _Strict), {}), arguments


def _from_mapping(name: str, schema: Mapping[str, Any], *, chats: bool) -> tuple[type[BaseModel], tuple[Argument, ...]]:
    types = {variable: _typed(variable, declaration) for variable, declaration in schema.items()}
    variables = declared_arguments({variable: _described(*typed) or variable for variable, typed in types.items()})
    fields: dict[str, tuple[Any, Any]] = {}
    for argument in variables:
        annotation, info = types[argument.variable]
        fields[argument.key] = (Annotated[annotation, info], Field(description=argument.description))
    arguments = (MESSAGE, *variables) if chats else variables
    if chats:
        fields = {MESSAGE.key: (str, Field(description=MESSAGE.description)), **fields}
    return _model(name, (_Strict,), fields), arguments


def _typed(variable: str, declaration: Any) -> tuple[Any, FieldInfo]:
    """(type, Field(...)), (type, default), Field(...) alone, which is text, or a type alone."""
    annotation: Any
    match declaration:
        case FieldInfo() as info:
            annotation = str
        case (annotation, FieldInfo() as info):
            pass
        case (annotation, default):
            info = cast("FieldInfo", Field(default=default))
        case annotation:
            info = cast("FieldInfo", Field())
    if annotation is None or isinstance(annotation, _JSON):
        kind = type(cast("object", annotation)).__name__
        raise ValueError(
            f"args_schema: what {variable!r} is declared by must be a type, not {kind}; give {_FORMS} "
            "(a JSON schema can't check arguments)"
        )
    return annotation, info


def _described(annotation: Any, info: FieldInfo) -> str | None:
    """The description a declaration gives, which may also stand in `Annotated[...]`."""
    metadata: tuple[object, ...] = getattr(annotation, "__metadata__", ())
    fields = (info, *(one for one in metadata if isinstance(one, FieldInfo)))
    return next((field.description for field in fields if field.description), None)


def _check_fields(schema: type[BaseModel]) -> None:
    for field, info in schema.model_fields.items():
        fit = is_name(field) and (field == MESSAGE.key or argument_keys([field])[field] == field)
        if not fit or info.alias is not None:
            raise ValueError(
                f"args_schema {schema.__name__}: field {field!r} can't be an argument of a tool: it must match "
                f"{NAME_PATTERN}, have no alias and not be a reserved name; declare such a variable as "
                f"{{{field!r}: (str, Field(description=...))}} instead of a model"
            )


def _field_of(argument: Argument, *, listed: bool) -> tuple[Any, FieldInfo]:
    """`listed`: whether the choices of a choice stand in the schema; else it is text, and a wrong one is refused."""
    annotation: Any = str
    if argument.kind == "pairs":
        return list[NamedValue], cast("FieldInfo", Field(default=[], description=argument.description))
    if argument.kind == "choice":
        texts = tuple(choice.text for choice in argument.choices)
        annotation = Literal[texts] if listed else Annotated[str, AfterValidator(partial(_one_of, texts))]
    return annotation, cast("FieldInfo", Field(description=argument.description))


def _one_of(texts: Sequence[str], text: str) -> str:
    if text in texts:
        return text
    near = get_close_matches(text, texts, n=_NEAR, cutoff=0.0)
    raise ValueError(f"it must be one of {len(texts)} options, such as: {', '.join(near)}")


def _model(
    name: str, bases: tuple[type[BaseModel], ...], fields: Mapping[str, tuple[Any, FieldInfo]]
) -> type[BaseModel]:
    # pydantic types `create_model` by overloads that take no computed field names.
    create: Any = create_model
    return cast("type[BaseModel]", create(name, __base__=bases, **fields))
