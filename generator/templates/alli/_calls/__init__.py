"""One call of a facade method: its arguments, identity, attempts and retries. Private to the package."""

__all__: list[str] = []
