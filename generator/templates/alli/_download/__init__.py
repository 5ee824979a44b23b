"""Files that the service sends: read piece by piece, and saved under a name that is never a path. Private to the package."""

__all__: list[str] = []
