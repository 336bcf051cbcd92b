"""What the kernel is asked for when pictures' buffers come and go. Counted, not timed."""

import subprocess
import sys

import pytest

FAULTS = """
import resource
import numpy as np
from realeyez.memory import reuse_freed_memory
if {reuse}:
    reuse_freed_memory()
np.ones(8_000_000, np.uint8)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    np.ones(8_000_000, np.uint8)
    np.ones(24_000_000, np.uint8)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(*, reuse: bool) -> int:
    program = FAULTS.format(reuse=reuse)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="it is glibc's allocator that is told")
def test_freed_buffers_are_used_again() -> None:
    assert faults(reuse=True) * 5 < faults(reuse=False)
