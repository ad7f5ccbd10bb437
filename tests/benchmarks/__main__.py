"""Run benchmarks, all or by name: `python -m tests.benchmarks [NAME …] [--short]`."""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys

BENCHMARKS = {
    "start": "the window to its first paint and to the demo's tree, the help, one reading on the terminal",
    "requests": "what one request costs, against pywinrm's run_ps",
    "first_reading": "the first reading of a large host: the tree, then its sizes, beside one script",
    "opening": "opening a large host in the window, and showing one change",
    "selections": "thousands of selected rows, plans for hundreds, a page further, a filter: beside little of it",
    "growth": "how the work of the window grows from 1,000 to 100,000 checkpoints, beside a bare model",
    "many_hosts": "connecting twenty hosts at once, beside the bare work on the same data",
    "agent": "the agent in a PowerShell: its own work for a large host, and what it takes at rest",
    "group": "how far apart the VMs of a group begin, and how long they stand still",
    "idle": "connected hosts at rest: processor, gaps, memory, bytes on the wire",
}
"""What each measures, by the name of its module, which has `main(*, short: bool) -> None`."""


def main(arguments: list[str]) -> int:
    """Run what is named, each in a process of its own, so that none carries what another has imported or kept."""
    given = _parser().parse_args(arguments)
    names = list(dict.fromkeys(given.names or BENCHMARKS))
    if len(names) == 1:
        print(f"{names[0]}: {BENCHMARKS[names[0]]}", flush=True)
        importlib.import_module(f"tests.benchmarks.{names[0]}").main(short=given.short)
        return 0
    options = ["--short"] if given.short else []
    failed = [name for name in names if _run([name, *options])]
    if failed:
        print(f"These benchmarks broke off: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def _run(arguments: list[str]) -> int:
    code = subprocess.call([sys.executable, "-m", "tests.benchmarks", *arguments])
    print(flush=True)
    return code


def _parser() -> argparse.ArgumentParser:
    about = "\n".join(f"  {name:<14} {what}" for name, what in BENCHMARKS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=f"{__doc__}\n\n{about}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *BENCHMARKS], help="default: all")
    parser.add_argument("--short", action="store_true", help="smaller sizes and fewer rounds")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
