"""Settings for a developer's machine."""
from .base import *  # noqa: F401,F403

DEBUG = True
