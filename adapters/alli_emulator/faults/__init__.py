"""Errors on demand: which answers to spoil, how they are described in JSON, and how they reach the wire."""
