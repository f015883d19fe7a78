"""Django's PostgreSQL, made cheaper where it is asked most often."""
