"""How to get to the host that the options name, as HVTree's own command line does."""

from __future__ import annotations

import argparse

import pytest

from hvtree.app.credentials import Secret
from hvtree.cli.connection import find_access
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import HostProfile
from tests.live.options import unhidden


def login(config: pytest.Config) -> tuple[HostProfile, Secret]:
    """Return how to get to the host, and ask for the password if need be. Raise `pytest.UsageError` if it is unclear."""
    if hasattr(config, "workerinput"):
        raise pytest.UsageError("The live tests run one after the other: leave out -n.")
    names = ("user", "transport", "ca_file", "fingerprint", "certificate_file", "key_file")
    given = {name: value for name in names if (value := config.getoption(name))}
    with unhidden(config):
        try:
            (access,) = find_access(
                argparse.Namespace(host_word=config.getoption("--host"), **given)
            ).values()
        except HVTreeError as error:
            raise pytest.UsageError(str(error)) from None
    if access.login is None:
        raise pytest.UsageError("The demo is no host for live tests.")
    return access.login
