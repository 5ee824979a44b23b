"""What scripts/bench measures. Each module has a TITLE and rows(); __main__ prints them."""

__all__: list[str] = []
