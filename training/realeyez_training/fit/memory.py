"""Keep freed memory instead of giving it back between training steps."""

import ctypes
import sys

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX, _ARENA_MAX = -1, -2, -4, -8  # malloc.h


def keep_freed_memory() -> None:
    """Have large blocks kept, whatever their size; does nothing without glibc.

    A training step frees and allocates hundreds of MB. By default glibc maps each large block
    anew, and the kernel zeroes every page of it: a step then costs 1.4 times the CPU time
    (`benchmarks/training_step.py`).
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # not glibc
        return
    for option, value in (
        (_MMAP_MAX, 0),
        (_TRIM_THRESHOLD, 2**31 - 1),
        (_TOP_PAD, 2**28),
        (_ARENA_MAX, 1),
    ):
        mallopt(option, value)
