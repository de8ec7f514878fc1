"""Compiles what a search needs: ``python -m app.scheduling.optimiser.prepare``, once for an installation.

It takes about a minute of a processor and half a gigabyte, so it is done before the first search and beside the worker.
"""

import os

from app.scheduling.optimiser.search import compile_search

if __name__ == "__main__":
    # Whoever waits for an answer comes first.
    os.nice(10)
    compile_search()
