"""A call as LangChain and LangGraph make it: context, conversations, errors, progress."""
