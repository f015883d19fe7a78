"""Knows what happened: conferences, participants, calls and their events."""
