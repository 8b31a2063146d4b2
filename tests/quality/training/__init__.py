"""Training of the weights in ``timeline/events/weights``: ``python -m tests.quality.training``."""
