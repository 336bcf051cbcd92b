"""Which freed memory the process keeps for its next picture."""

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h

_BLOCK = 32 * 2**20  # the largest that glibc allows; larger ones are mapped anew
_KEPT = 128 * 2**20


def reuse_freed_memory() -> None:
    """Tell glibc's allocator to keep pictures' buffers; does nothing elsewhere.

    By default glibc maps each large block anew and the kernel zeroes every page of it: that took
    half of the time to decode 2.8 megapixels (docs/performance.md).
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # not glibc
        return
    mallopt(_M_MMAP_THRESHOLD, _BLOCK)
    mallopt(_M_TRIM_THRESHOLD, _KEPT)
