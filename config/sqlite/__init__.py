"""Django's SQLite, whose writers wait for their turn instead of looking for it."""
