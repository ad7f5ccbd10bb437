"""The words that an option's value may be, as a shell offers them. No host is asked for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from hvtree.app.demo import DEMO
from hvtree.app.settings_file import default_path, load
from hvtree.assets import resource
from hvtree.cli.text import shown
from hvtree.domain.errors import HVTreeError
from hvtree.domain.host_profile import LOCAL, TRANSPORTS, HostProfile
from hvtree.domain.words import count_words

Words = Mapping[str, str] | Iterable[str]
"""What a word may be; with what it means, for shells that show that."""


def host_words() -> Words:
    """Return the words that mean a host, without reaching for any of them."""
    return {**saved_host_words(), DEMO: "an emulated lab of VMs", LOCAL: "this computer"}


def saved_host_words() -> Mapping[str, str]:
    """Return the saved hosts whose names can be printed; none if the settings cannot be read, which the command will say."""
    try:
        profiles = load(default_path()).hosts
    except HVTreeError:
        return {}
    return {profile.name: _meaning(profile) for profile in profiles if profile.name.isprintable()}


def login_words() -> Words:
    """Return the ways to log in."""
    return [each for each in TRANSPORTS if each != LOCAL]


def world_words() -> Words:
    """Return the worlds that come with HVTree."""
    return sorted(path.stem for path in resource("worlds").glob("*.json") if path.stem != "schema")


def group_words() -> Words:
    """Return the groups that are kept, those whose names can be printed; none if the memory cannot be read."""
    from hvtree.cli.kept_groups import kept_groups  # noqa: PLC0415  (SQLite: only for this)

    try:
        groups = kept_groups().definitions
    except HVTreeError:
        return {}
    return {each.name: count_words(len(each.members), "VM") for each in groups if each.name.isprintable()}


def group_checkpoint_words(group: str) -> Words:
    """Return the names of what was taken of a group on this computer, the newest first; none if that cannot be read."""
    from hvtree.cli.kept_groups import group_meant, kept_groups  # noqa: PLC0415  (as above)
    from hvtree.cli.text import local_time  # noqa: PLC0415  (as above)

    try:
        groups = kept_groups()
        group_id = group_meant(group, groups).id
    except HVTreeError:
        return {}
    taken = [each for each in reversed(groups.records) if each.group_id == group_id]
    return {each.name: local_time(each.at_utc) for each in taken if each.name.isprintable()}


WORDS: Mapping[str, Callable[[], Words]] = {
    "host": host_words,
    "saved host": saved_host_words,
    "group": group_words,
    "login": login_words,
    "world": world_words,
}
"""By what they are words of, as the options say it (`completing.completed_by`)."""


def _meaning(profile: HostProfile) -> str:
    return "this computer" if profile.is_local else shown(profile.endpoint)
