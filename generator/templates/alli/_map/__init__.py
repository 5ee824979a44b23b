"""How `client.apps.map` works: rows and their keys, the resume file, the pace, and the loop over threads or tasks."""
