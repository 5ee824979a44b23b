"""Who watches calls: tracing and the like."""

__all__: list[str] = []
