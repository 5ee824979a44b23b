"""HTTP, and nothing of Alli: clients, connections, proxies, bodies. Private to the package."""

__all__: list[str] = []
