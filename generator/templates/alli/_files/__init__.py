"""Files: what is read while one is sent, and those that the service sends, saved under a name that is never a path. Private to the package."""

__all__: list[str] = []
