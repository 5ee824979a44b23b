"""The site of the documentation: `scripts/docs` builds it from docs/, the adapters' pages and the docstrings."""
