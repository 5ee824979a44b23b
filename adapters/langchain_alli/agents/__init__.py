"""An app as an agent: a chat model, a graph, a subagent."""
