"""The product's settings, for processes that can be killed at a point of their work."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.arming.Arming"]
