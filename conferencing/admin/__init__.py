"""The admin's desk: conferences and their people, and the keys to the API."""

from conferencing.admin import api_keys, conferences, participants

__all__ = ["api_keys", "conferences", "participants"]
