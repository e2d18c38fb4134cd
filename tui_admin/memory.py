"""Memory that is not needed any more goes back to the machine."""

import ctypes


def give_back() -> None:
    """Have the C library let go of what was freed. Of glibc's, each thread has a store of its own, which it keeps: a
    console that counts one chart after another would grow with each. Does nothing where there is no such call."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
