"""From a model and pictures to scores, and from scores to figures."""
