"""The HTTP server: the ASGI application, the thread it runs in, and the control path."""
