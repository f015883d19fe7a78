"""A local telephone network that behaves as Twilio's voice and SMS API does.

It is a program of its own: `python -m localtwilio --help`. See README.md beside this file.
"""
