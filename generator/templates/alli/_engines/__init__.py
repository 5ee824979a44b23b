"""Other parts than the HTTP library's own to carry requests and answers; each is an extra. Private to the package."""

__all__: list[str] = []
