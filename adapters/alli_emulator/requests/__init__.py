"""Requests as they came: read, logged, and what each is about."""
