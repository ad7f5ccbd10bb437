"""Names of checkpoints that nobody typed: told from others only where there is no doubt."""

from datetime import UTC, datetime, timedelta

import pytest

from hvtree.domain.made_names import MadeName, Origin
from hvtree.domain.model import VirtualMachine
from hvtree.domain.names import GROUP_BASE, default_name, safety_name
from hvtree.values import replace
from tests.support.trees import vm

AT = datetime(2026, 11, 5, 15, 36, 21)  # noqa: DTZ001  (a name has no time zone)


def named(
    *names: str, vm_name: str = "web", created: datetime = AT, automatic: bool = False
) -> VirtualMachine:
    """Return a VM whose checkpoints have these names and were created at that time, one below the other."""
    made = vm("a(b)" if len(names) > 1 else "a", vm_name)
    checkpoints = tuple(
        replace(each, name=name, created_utc=created.replace(tzinfo=UTC), is_automatic=automatic)
        for each, name in zip(made.checkpoints, names, strict=True)
    )
    return replace(made, checkpoints=checkpoints)


def only(owner: VirtualMachine) -> MadeName | None:
    """Return what the name of the only checkpoint says; None if somebody typed it."""
    return owner.made_names.get(owner.checkpoints[0].id)


@pytest.mark.parametrize(
    "text",
    [
        "11/5/2026 - 3:36:21 PM",
        "05/11/2026 - 15:36:21",
        "05.11.2026 - 15:36:21",
        "2026/11/05 - 15:36:21",
        "2026/11/5 - 15:36:21",
        "11/05/2026 - 15:36:21",
    ],
)
def test_a_default_name_of_any_culture_says_when_it_was_given(text: str) -> None:
    assert only(named(f"web - ({text})")) == MadeName(Origin.DEFAULT, AT)


def test_the_time_of_creation_tells_day_and_month_apart_whatever_the_zone_of_the_host() -> None:
    for hours in (-12, 14):
        made = only(named("web - (05/11/2026 - 15:36:21)", created=AT + timedelta(hours=hours)))
        assert made is not None
        assert made.local_time == AT
    made = only(named("web - (05/11/2026 - 15:36:21)", created=AT.replace(month=5, day=11)))
    assert made is not None
    assert made.local_time == AT.replace(month=5, day=11)


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        (f"Automatic Checkpoint - {default_name('web', AT)}", Origin.AUTOMATIC),
        (safety_name("web", AT), Origin.SAFETY),
        (safety_name("the VM's old name", AT), Origin.SAFETY),
        (default_name(GROUP_BASE, AT), Origin.GROUP),
    ],
)
def test_a_made_name_says_why_its_checkpoint_was_taken(name: str, origin: Origin) -> None:
    assert only(named(name)) == MadeName(origin, AT)


def test_names_that_were_cut_to_what_hyper_v_takes_are_told_too() -> None:
    long = "a" * 100
    assert only(named(default_name(long, AT), vm_name=long)) == MadeName(Origin.DEFAULT, AT)
    assert only(named(safety_name(long, AT), vm_name=long)) == MadeName(Origin.SAFETY, AT)


def test_an_automatic_checkpoint_is_told_in_the_language_of_its_host() -> None:
    name = "Automatischer Prüfpunkt - web - (05.11.2026 - 15:36:21)"
    assert only(named(name, automatic=True)) == MadeName(Origin.AUTOMATIC, AT)
    assert only(named(name)) is None


@pytest.mark.parametrize(
    "name",
    [
        "patch 2",
        "Before the update - (11/5/2026 - 3:36:21 PM)",
        "WEB-OLD - (11/5/2026 - 3:36:21 PM)",
        "Group before the update",
        "Group - (05.11.2026 - 15:36:21)",
        "Safety Checkpoint - web - (05.11.2026 - 15:36:21)",
        "Safety Checkpoint",
    ],
)
def test_a_name_that_somebody_may_have_typed_is_left_as_it_is(name: str) -> None:
    assert only(named(name)) is None


def test_a_vm_that_is_called_group_or_safety_takes_ordinary_checkpoints() -> None:
    assert only(named(default_name("Group", AT), vm_name="Group")) == MadeName(Origin.DEFAULT, AT)
    odd = "Safety Checkpoint - web"
    assert only(named(default_name(odd, AT), vm_name=odd)) == MadeName(Origin.DEFAULT, AT)


def test_only_names_that_would_read_the_same_need_their_seconds() -> None:
    later = AT + timedelta(seconds=9)
    twins = named(default_name("web", AT), default_name("web", later))
    assert [each.needs_seconds for each in twins.made_names.values()] == [True, True]
    others = named(default_name("web", AT), safety_name("web", later))
    assert [each.needs_seconds for each in others.made_names.values()] == [False, False]
