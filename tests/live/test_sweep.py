"""What earlier runs have left on the host, because they were cut off: shown, and then removed by id."""

from __future__ import annotations

import pytest

from tests.live.agreement import is_agreed
from tests.live.backend import Steward
from tests.live.options import unhidden
from tests.live.pipe_connection import Ways

pytestmark = pytest.mark.live


def test_what_earlier_runs_have_left_is_removed(pytestconfig: pytest.Config, ways: Ways) -> None:
    steward = Steward(ways)
    try:
        found = steward.find()
        with unhidden(pytestconfig):
            print(f"\n{len(found)} scratch VMs are on the host.")
            for vm in found:
                print(f"  {vm['id']}  {vm['name']}  {vm['state']}  {vm['folder']}")
            is_wanted = bool(found) and is_agreed(is_sure=pytestconfig.getoption("--yes"))
        if is_wanted:
            assert steward.sweep(found) == {}
            assert steward.find() == []
    finally:
        steward.close()
