"""Measurements and storms, run by hand: ``python -m tests.load.<name>``. See docs/benchmarks.md."""

import os

# Compiled code of the searches stays beside the sources, for all measurements together; see app/jobs/compiled.py.
os.environ.setdefault("NUMBA_CACHE_DIR", "")
