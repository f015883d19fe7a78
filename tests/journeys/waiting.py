"""Journeys wait as the demo does."""

from tools.waiting import PATIENCE, eventually

__all__ = ["PATIENCE", "eventually"]
