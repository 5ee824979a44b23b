"""Streamed answers: bytes to records, records to events. Private to the package."""

__all__: list[str] = []
