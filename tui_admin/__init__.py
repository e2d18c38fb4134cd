"""A terminal console that runs an organization's learning programs."""

__version__ = "0.1.0"
