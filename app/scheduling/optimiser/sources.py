"""Which state the compiled sources are in, to tell compiled code of one state from that of another."""

import hashlib
from pathlib import Path

SOURCES = Path(__file__).parent
MODULES = ("anneal", "arrays", "bits", "chains", "compiling", "construct", "moves", "pricing")
"""The modules with compiled functions, and those with what is compiled into them."""


def state_of_sources() -> str:
    """Return a short word for what these modules say, the same for the same text."""
    digest = hashlib.sha256()
    for module in MODULES:
        digest.update(module.encode() + b"\0" + (SOURCES / f"{module}.py").read_bytes())
    return digest.hexdigest()[:16]
