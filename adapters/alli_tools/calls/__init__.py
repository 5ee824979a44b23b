"""One call of an app: the request, its outcome, and what bounds it."""
