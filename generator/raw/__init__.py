"""The package `alli.raw`, made with openapi-python-client."""
