"""This process was told to stop: what it holds it finishes, and it takes nothing new."""

from threading import Event

asked = Event()
