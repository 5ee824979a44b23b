"""Apps as LangChain tools: schema, injection, ids of calls."""
