"""Run all benchmarks: `python -m tests.benchmarks`."""

from __future__ import annotations

from tests.benchmarks import opening, requests

if __name__ == "__main__":
    requests.main()
    print()
    opening.main()
