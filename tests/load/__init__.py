"""Measurements and storms, run by hand: ``python -m tests.load.<name>``. See docs/benchmarks.md."""
