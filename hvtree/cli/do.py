"""`hvtree do VERB …`: plan, ask, do, check, and say what became of it."""

from __future__ import annotations

import argparse

from hvtree.cli.connection import find_access
from hvtree.cli.doing import Reach, carry_out
from hvtree.cli.options import add_yes
from hvtree.cli.verbs import add_verbs, hosts_meant, plan_meant


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command to argparse."""
    add_yes(parser)
    for verb in add_verbs(parser):
        add_yes(verb)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run one job and print its verdict."""

    def prepare() -> Reach:
        words = hosts_meant(arguments)
        return lambda _tell: find_access(arguments, words)

    return carry_out(arguments, prepare, lambda hosts: plan_meant(arguments, hosts))
