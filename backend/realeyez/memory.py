"""Which freed memory the process keeps for its next picture."""

import ctypes
import sys

TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD, MMAP_MAX, ARENA_MAX = -1, -2, -3, -4, -8  # malloc.h

_BLOCK = 32 * 2**20  # the largest that glibc allows; larger ones are mapped anew
_KEPT = 128 * 2**20


def reuse_freed_memory() -> None:
    """Have pictures' buffers kept.

    By default glibc maps each large block anew, and the kernel zeroes every page of it
    (docs/performance.md).
    """
    set_allocator({MMAP_THRESHOLD: _BLOCK, TRIM_THRESHOLD: _KEPT})


def set_allocator(options: dict[int, int]) -> None:
    """Options of glibc's `mallopt`; does nothing where there is another allocator."""
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # not glibc
        return
    for option, value in options.items():
        mallopt(option, value)
