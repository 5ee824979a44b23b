"""The package `alli._raw`, made with openapi-python-client."""
