"""The serving benchmark: `make bench`, or `python -m benchmarks.serving`."""
