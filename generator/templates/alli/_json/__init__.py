"""Whole answers: what their JSON means. Private to the package."""

__all__: list[str] = []
