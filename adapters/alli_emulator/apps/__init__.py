"""Apps as Python functions: what they are given, what they may answer, and the built-in ones."""
