"""Benchmarks: run by hand, printed, never asserted."""
