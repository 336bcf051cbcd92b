"""Whether glibc maps a picture's buffer anew: it says so itself, in `mallinfo2`."""

import ctypes
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes
import numpy as np
from realeyez.memory import reuse_freed_memory
class Info(ctypes.Structure):
    _fields_ = [(f"f{{i}}", ctypes.c_size_t) for i in range(10)]
mallinfo2 = ctypes.CDLL(None).mallinfo2
mallinfo2.restype = Info
if {reuse}:
    reuse_freed_memory()
before = mallinfo2().f3  # hblks: blocks that are mapped for themselves
pixels = np.ones(24_000_000, np.uint8)
print(mallinfo2().f3 - before)
"""


def mapped(*, reuse: bool) -> int:
    program = PROGRAM.format(reuse=reuse)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallinfo2"),
    reason="it is glibc's allocator that is told, and glibc 2.33 that tells",
)
def test_pictures_buffers_are_not_mapped_anew() -> None:
    assert mapped(reuse=False) == 1
    assert mapped(reuse=True) == 0
