"""Two emulated hosts that are saved, and a group of VMs over both: for tests of `hvtree group`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hvtree.app.settings import Settings
from hvtree.app.settings_file import default_path, save
from hvtree.assets import resource
from hvtree.domain.host_profile import HostProfile
from tests.support.remote_host import USER, RemoteHost, serving
from tests.support.threads import none_left

Hosts = tuple[RemoteHost, RemoteHost]
WEB, DB = (f"a0000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
FAR_WEB, FAR_DB = (f"d0000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
FARM = [("one", "PAIR", DB, "db", 1, 30), ("two", "SECOND", FAR_WEB, "web", 2, 0)]
"""The members of the group, as `members` tells them."""


@contextmanager
def two_saved_hosts(folder: Path) -> Iterator[Hosts]:
    """Serve two hosts that are saved as `one` and `two`, both with VMs `web` and `db`; PAIR and SECOND by their own names."""
    second = folder / "second.json"
    pair = resource("worlds/pair.json").read_text("utf-8")
    for here, there in (("PAIR", "SECOND"), ("a0000000-", "d0000000-"), ("c0000000-", "e0000000-")):
        pair = pair.replace(f'"{here}', f'"{there}')
    second.write_text(pair, "utf-8")
    with none_left(), serving("pair") as one, serving(str(second)) as two:
        save_hosts(one=one.endpoint.url, two=two.endpoint.url)
        yield one, two


def save_hosts(**urls: str) -> None:
    """Save hosts under these names, and no others."""
    save(default_path(), Settings(tuple(HostProfile(name, url, USER) for name, url in urls.items())))


def members(record: Any) -> list[tuple[Any, ...]]:
    """Return what JSON says of the members of a group."""
    keys = ("host_id", "host", "vm", "name", "start_order", "delay_s")
    return [tuple(each[key] for key in keys) for each in record["members"]]
