"""Legs, conferences, recordings and messages living in time."""
