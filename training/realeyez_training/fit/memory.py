"""Keep freed memory instead of giving it back between training steps."""

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX, _M_ARENA_MAX = -1, -2, -4, -8


def keep_freed_memory() -> None:
    """Tell glibc's allocator to reuse large blocks; does nothing elsewhere.

    A training step frees and allocates hundreds of MB. By default glibc maps each large block
    anew, and the kernel zeroes every page of it: a step then costs 1.4 times the CPU time
    (`benchmarks/training_step.py`).
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # not glibc
        return
    mallopt(_M_MMAP_MAX, 0)
    mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)
    mallopt(_M_TOP_PAD, 2**28)
    mallopt(_M_ARENA_MAX, 1)
