"""The parts of results: messages, and the JSON in an answer. Private to the package."""

__all__: list[str] = []
