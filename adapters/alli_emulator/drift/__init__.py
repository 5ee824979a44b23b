"""A real service beside what is written of it: read-only questions, and what their answers say of each statement."""
