"""What takes longer than a call: asking again until it is over, and handles of what goes on. Private to the package."""

__all__: list[str] = []
