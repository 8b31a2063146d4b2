"""The merging room."""
