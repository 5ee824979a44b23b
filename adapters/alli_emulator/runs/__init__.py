"""One run of an app: its function read step by step, and the messages these steps make."""
