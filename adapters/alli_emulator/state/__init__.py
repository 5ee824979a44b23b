"""What the emulator remembers while it runs, and the pages of its lists."""
