"""Fuzz for a while: `python -m tests.fuzz [TARGET …] [--minutes N] [--engine hypothesis|atheris] [--seed N]`.

Targets run one after the other, each in a process of its own. See README.md in this folder.
"""

from __future__ import annotations

import argparse
import itertools
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.fuzz.inputs import BYTES, made, mutated
from tests.fuzz.target import NAMES, Target
from tests.fuzz.watch import Watch

ROUND = 500
"""Inputs between two looks at the clock."""


def main(arguments: list[str]) -> int:
    """Run what is named; return 1 if anything was found."""
    given = _parser().parse_args(arguments)
    names = list(dict.fromkeys(given.names or NAMES))
    if len(names) > 1:
        options = ["--minutes", str(given.minutes), "--engine", given.engine]
        options += ["--seed", str(given.seed)] if given.seed is not None else []
        return max(subprocess.call([sys.executable, "-m", "tests.fuzz", each, *options]) for each in names)
    seed = secrets.randbelow(1 << 31) if given.seed is None else given.seed
    print(f"{names[0]}: {given.engine}, seed {seed}, {given.minutes:g} minutes", flush=True)
    run = _with_atheris if given.engine == "atheris" else _with_hypothesis
    return run(names[0], given.minutes * 60, seed)


def _target(name: str) -> Target:
    from tests.fuzz.targets import targets  # not before atheris is ready to instrument what is imported

    return targets()[name]


def _with_hypothesis(name: str, seconds: float, seed: int) -> int:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    target = _target(name)
    watch = Watch(target.read)
    until = time.monotonic() + seconds
    limits = settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        for number in itertools.takewhile(lambda _: time.monotonic() < until, itertools.count(seed)):
            read = limits(given(st.integers(0, 1 << 64))(lambda each: watch(made(target, Random(each)))))
            seeded(number)(read)()
    finally:
        print(f"  {watch.inputs:,} inputs, the longest {watch.most_s:.2f} s", flush=True)
    return 0


def _with_atheris(name: str, seconds: float, seed: int) -> int:
    """Let libFuzzer look for inputs that lead into code that no other has led into; it ends the process itself."""
    import atheris  # an extra of its own: it has no wheels for most systems

    with atheris.instrument_imports(include=["hvtree"]):
        target = _target(name)
    words = (*BYTES, *target.words)

    def other(data: bytes, most: int, number: int) -> bytes:
        random = Random(number)
        return atheris.Mutate(data, most) if random.random() < 0.5 else mutated(data, random, words)[:most]

    with tempfile.TemporaryDirectory(prefix="hvtree-fuzz-corpus-") as folder:
        for number, sample in enumerate(target.samples):
            (Path(folder) / f"sample{number}").write_bytes(sample)
        options = [f"-max_total_time={seconds:.0f}", f"-seed={seed}", "-max_len=200000", "-rss_limit_mb=4096"]
        options += ["-artifact_prefix=fuzz-", "-print_final_stats=1", "-verbosity=0"]
        atheris.Setup(["fuzz", *options, folder], Watch(target.read), custom_mutator=other)
        atheris.Fuzz()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="TARGET", choices=[[], *NAMES], help=f"default: all of {NAMES}"
    )
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target (default: %(default)s)")
    parser.add_argument("--engine", choices=("hypothesis", "atheris"), default="hypothesis")
    parser.add_argument("--seed", type=int, help="repeat a run")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
