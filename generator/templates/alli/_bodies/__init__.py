"""Bodies in pieces: a file while it is sent, a compressed answer while it arrives. Private to the package."""

__all__: list[str] = []
