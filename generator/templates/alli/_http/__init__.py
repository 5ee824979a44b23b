"""HTTP, and nothing of Alli: clients, connections, deadlines, bodies. Private to the package."""

__all__: list[str] = []
