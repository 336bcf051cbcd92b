"""Keep freed memory instead of giving it back between training steps."""

from realeyez.memory import ARENA_MAX, MMAP_MAX, TOP_PAD, TRIM_THRESHOLD, set_allocator


def keep_freed_memory() -> None:
    """Have large blocks kept, whatever their size.

    A training step frees and allocates hundreds of MB. By default glibc maps each large block
    anew, and the kernel zeroes every page of it: a step then costs 1.4 times the CPU time
    (`benchmarks/training_step.py`).
    """
    set_allocator({MMAP_MAX: 0, TRIM_THRESHOLD: 2**31 - 1, TOP_PAD: 2**28, ARENA_MAX: 1})
