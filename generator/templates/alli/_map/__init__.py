"""How `client.apps.map` works: rows and their keys, the resume file, the pace, and the loop over threads or tasks. Private to the package."""

__all__: list[str] = []
