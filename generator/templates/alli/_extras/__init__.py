"""Hand-written methods of resources, which the overlay names as their mixins. Private to the package."""

__all__: list[str] = []
