"""The list of apps: kept for a while, and searched."""
