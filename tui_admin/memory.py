"""Memory that is not needed any more goes back to the machine. Of C libraries without these calls nothing is asked."""

import ctypes

_M_ARENA_MAX = -8
"""As glibc's malloc.h numbers it."""


def share_one_store() -> None:
    """Have all threads take memory from one store. Of glibc's, each has one of its own, and what one thread was done
    with helps no other: a console that had shown charts under many filters stood at 145 megabytes instead of 118. To be
    called before there are threads."""
    setting = getattr(ctypes.CDLL(None), "mallopt", None)
    if setting is not None:
        setting(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Have the C library let go of what was freed: else it keeps some of what each chart took."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
