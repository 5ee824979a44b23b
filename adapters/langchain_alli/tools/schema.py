"""Argument lists as pydantic models, from which LangChain makes the schema a model sees and by which it checks arguments.

They forbid extras, so that an argument a model made up (`conversationId`, `mode`) fails instead of being dropped. An
optional argument also takes null and shows no default, as strict modes want it. What LangChain wants of such a model
besides is in `injection.py`; nothing here knows LangChain.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Annotated, Any, Literal, cast, get_args, get_origin

from alli_tools import FREE_FORM
from alli_tools.definition.arguments import MESSAGE, Argument, declared_arguments
from alli_tools.definition.checking import one_of
from alli_tools.definition.json_schema import MOST_CHOICES, PAIR
from alli_tools.definition.naming import KEY_PATTERN, argument_keys, is_key
from alli_tools.definition.tool_definition import ToolDefinition, declared_definition, of_model
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model
from pydantic.fields import FieldInfo

__all__ = ["DeclaredSchema", "FreeForm", "NamedValue", "declared_schema", "model_from_arguments", "model_of"]

_FORMS = "a pydantic model, or a mapping of variables to (type, Field(...)), a type or Field(...)"
_JSON = (str, int, float, list, tuple, dict)  # what a JSON schema given for a mapping of variables holds

DeclaredSchema = type[BaseModel] | Mapping[str, Any]
"""What an application may give as the arguments of an app: a pydantic model whose fields are the app's variables (a
field `message` is the chat message), or variable → (type, Field(...) or default), Field(...) or type, for variables of
any spelling."""


class _Strict(BaseModel):
    # Arguments are prompts, and pydantic shows what it refused.
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class NamedValue(_Strict):
    """One input of an app, or one field of its form."""

    name: str = Field(description="The input's name.")
    value: str = Field(description="Its value.")


class FreeForm(_Strict):
    """As `args_schema`: the model names the inputs itself, in a list that every provider takes as it is."""


def model_of(definition: ToolDefinition) -> type[BaseModel]:
    """The model for the arguments of a tool."""
    return cast("type[BaseModel]", definition.model or model_from_arguments(definition.arguments))


@lru_cache(maxsize=512)
def model_from_arguments(arguments: tuple[Argument, ...]) -> type[BaseModel]:
    """A model with one field per argument. Equal arguments give the same model: most apps take a message and nothing
    else, and a model is what takes longest to build of a tool.
    """
    fields: dict[str, tuple[Any, FieldInfo]] = {}
    room = MOST_CHOICES
    for argument in arguments:
        listed = len(argument.choices) <= room
        room -= len(argument.choices) if listed else 0
        annotation = _annotation(argument, listed=listed)
        if argument.required:
            fields[argument.key] = annotation, cast("FieldInfo", Field(description=argument.description))
        else:
            fields[argument.key] = _optional(annotation, lambda: None, argument.description)
    return _model("Arguments", (_Strict,), fields)


def declared_schema(name: str, schema: DeclaredSchema, *, chats: bool) -> ToolDefinition:
    """The definition for a schema the application declares.

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
        return declared_definition(FREE_FORM, chats=chats)
    _check_fields(schema)
    arguments = [
        MESSAGE
        if field == MESSAGE.key
        else Argument(field, field, "declared", info.description or "", required=info.is_required())
        for field, info in schema.model_fields.items()
    ]
    optional = {
        field: _optional(info.annotation, _default_of(info), info.description, info)
        for field, info in schema.model_fields.items()
        if not info.is_required()
    }
    return of_model(_model(name, (schema, _Strict), optional), arguments)


def _from_mapping(name: str, schema: Mapping[str, Any], *, chats: bool) -> ToolDefinition:
    types = {variable: _typed(variable, declaration) for variable, declaration in schema.items()}
    needed = {variable: info.is_required() for variable, (_, info) in types.items()}
    variables = declared_arguments(
        {variable: _described(*typed) or variable for variable, typed in types.items()}, needed
    )
    fields: dict[str, tuple[Any, Any]] = {}
    for argument in variables:
        annotation, info = types[argument.variable]
        if argument.required:
            fields[argument.key] = (Annotated[annotation, info], Field(description=argument.description))
        else:
            fields[argument.key] = _optional(annotation, _default_of(info), argument.description, info)
    arguments = (MESSAGE, *variables) if chats else variables
    if chats:
        fields = {MESSAGE.key: (str, Field(description=MESSAGE.description)), **fields}
    return of_model(_model(name, (_Strict,), fields), arguments)


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
        fit = is_key(field) and (field == MESSAGE.key or argument_keys([field])[field] == field)
        if not fit or info.alias is not None:
            raise ValueError(
                f"args_schema {schema.__name__}: field {field!r} can't be an argument of a tool: it must match "
                f"{KEY_PATTERN}, have no alias and not be a reserved name; declare such a variable as "
                f"{{{field!r}: (str, Field(description=...))}} instead of a model"
            )


def _annotation(argument: Argument, *, listed: bool) -> Any:
    """`listed`: whether the choices of a choice stand in the schema; else it is text, and a wrong one is refused."""
    if argument.kind in ("pairs", "form"):
        # Its schema stands where it is used: not all providers follow references.
        pair: Any = Annotated[NamedValue, WithJsonSchema(PAIR)]
        return Annotated[list[pair], BeforeValidator(_as_pairs)]
    if argument.kind == "choices":
        return list[int]
    if argument.choices:
        texts = tuple(choice.text for choice in argument.choices)
        return Literal[texts] if listed else Annotated[str, AfterValidator(partial(_one_of, texts))]
    return str


def _optional(
    annotation: Any, default: Callable[[], Any], description: str | None, info: FieldInfo | None = None
) -> tuple[Any, FieldInfo]:
    """A field that may be left out or null. Its default comes from a function, as those stand in no schema."""
    metadata = list(info.metadata) if info is not None else []
    if get_origin(annotation) is Annotated:
        annotation, *inner = get_args(annotation)
        metadata = [*inner, *metadata]
    nullable = annotation | None
    field = Field(
        default_factory=default,
        description=description,
        json_schema_extra=info.json_schema_extra if info is not None else None,
    )
    return Annotated[nullable, *metadata] if metadata else nullable, cast("FieldInfo", field)


def _default_of(info: FieldInfo) -> Callable[[], Any]:
    factory = info.default_factory
    return (
        partial(info.get_default, call_default_factory=False) if factory is None else cast("Callable[[], Any]", factory)
    )


def _as_pairs(value: object) -> object:
    """Names and values may also come as an object, as people write them."""
    if isinstance(value, Mapping):
        return [{"name": name, "value": item} for name, item in cast("Mapping[str, object]", value).items()]
    return value


def _one_of(texts: Sequence[str], text: str) -> str:
    if text in texts:
        return text
    raise ValueError(one_of(texts, text))


def _model(
    name: str, bases: tuple[type[BaseModel], ...], fields: Mapping[str, tuple[Any, FieldInfo]]
) -> type[BaseModel]:
    # pydantic types `create_model` by overloads that take no computed field names.
    create: Any = create_model
    return cast("type[BaseModel]", create(name, __base__=bases, **fields))
