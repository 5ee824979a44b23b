"""Documents as files and as JSON values: where each value was written, what an overlay changes, what is not valid OpenAPI."""
