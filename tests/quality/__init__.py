"""How good it is, as numbers with floors: ``python -m tests.quality``."""
