"""`python -m generator diff`: what changed for users between two documents."""
