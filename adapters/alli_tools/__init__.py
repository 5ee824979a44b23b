"""Apps as tools for any agent: what an app is called, what it takes, and how it is run. Knows no framework."""
