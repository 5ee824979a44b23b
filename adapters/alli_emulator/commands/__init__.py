"""What `python -m alli_emulator` can do: serve, record, and compare a real service with what is written of it."""
