"""What must not get out: the key, who the user is, and what was sent. Private to the package."""

__all__: list[str] = []
