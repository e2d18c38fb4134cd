"""The demo organization: invented people in invented programs, the same every time for a seed."""

from .build import NAME, build
from .programs import OWNER

__all__ = ["NAME", "OWNER", "build"]
