"""How things look on the wire: JSON, apps, error answers, identity headers, streamed records."""
