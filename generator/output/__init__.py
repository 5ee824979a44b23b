"""From templates to a finished tree: rendered, formatted, type-checked, put in the old one's place."""
