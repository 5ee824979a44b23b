"""What many rows cost: the services that take them, the programs that send them, and the lines that are printed."""

__all__: list[str] = []
