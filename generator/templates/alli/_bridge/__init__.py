"""Clients of the HTTP library's successors. Private to the package."""

__all__: list[str] = []
