"""The version of this package, told to the service with every request."""

__all__ = ["USER_AGENT", "__version__"]

__version__ = "0.1.0"
USER_AGENT = f"alli-sdk-python/{__version__}"
