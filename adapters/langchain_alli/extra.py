"""The packages of the extra `langchain`, and what to say where they are missing."""

from importlib.util import find_spec

__all__ = ["MissingExtraError", "require_extra"]

_MODULES = {"langchain_core": "langchain-core", "pydantic": "pydantic"}


class MissingExtraError(ImportError):
    """LangChain is not installed; the message gives the command that installs what is needed of it."""


def require_extra() -> None:
    """Looks whether the extra's packages are there, without loading them.

    Raises:
        MissingExtraError: at least one is missing; all missing ones are named.
    """
    missing = [distribution for module, distribution in _MODULES.items() if find_spec(module) is None]
    if missing:
        raise MissingExtraError(
            f"langchain_alli needs {', '.join(missing)}, which a bare alli-sdk does not bring: "
            "pip install 'alli-sdk[langchain]'"
        )
