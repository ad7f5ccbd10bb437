"""HVTree as a program of its own that is as tolerant as the tests: a standstill in the middle of a login is no dead host."""

from __future__ import annotations

import sys
from pathlib import Path

COMMAND = (sys.executable, __file__)
"""Instead of `python -m hvtree`."""


def main() -> int:
    """Be HVTree."""
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    from hvtree.cli import main as hvtree
    from tests.support.running_time import tolerant_process

    with tolerant_process():
        return hvtree()


if __name__ == "__main__":
    sys.exit(main())
