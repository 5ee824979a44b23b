"""Exchanges with a real service: recorded by a proxy, kept as files, answered again."""
