"""What LangGraph puts into a tool's arguments, as the models that check the arguments must expect it.

LangGraph puts its runtime into the arguments *before* they are validated, under the name `runtime`, and a model that
forbids extras would refuse every call. So each has a field for it, which looks odd and is not
(tests/langchain_alli/test_schema.py holds all of it): injected, so that LangChain shows it to no model; out of the JSON
schema, because some providers' packages take the schema of the whole model; excluded, because LangChain dumps models,
and the runtime holds the whole state of the agent.
"""

from functools import lru_cache
from typing import Annotated, Any, cast

from langchain_core.tools import InjectedToolArg
from pydantic import BaseModel, Field, create_model
from pydantic.json_schema import SkipJsonSchema

__all__ = ["with_runtime"]


@lru_cache(maxsize=512)
def with_runtime(model: type[BaseModel]) -> type[BaseModel]:
    """`model` with a last field `runtime`; the first stays the one to which LangChain gives a bare text."""
    # The type is open, because naming LangGraph's would need its import. pydantic types `SkipJsonSchema` as an alias.
    skip: Any = SkipJsonSchema
    runtime = (Annotated[Any, skip(), InjectedToolArg], Field(default=None, exclude=True))
    create: Any = create_model
    return cast("type[BaseModel]", create(model.__name__, __base__=model, runtime=runtime))
