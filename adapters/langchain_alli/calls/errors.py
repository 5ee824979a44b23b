"""The error of a call that has no tool call to answer."""

from langchain_core.tools import ToolException

__all__ = ["AlliToolError"]


class AlliToolError(ToolException):
    """A call that can't be done as the model asked. It goes to the model where a tool call id exists, else it is raised.

    Attributes:
        artifact: `{"alli": {...}}` of the failed call, with `error`.
    """

    artifact: dict[str, object] | None = None
