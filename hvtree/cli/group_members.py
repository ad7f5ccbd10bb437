"""The members of a group as the command line says them: which VMs, in which order they start, and how long others wait."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from hvtree.cli.text import shown
from hvtree.domain.address import VmAddress
from hvtree.domain.errors import BadInput
from hvtree.domain.fleet import Fleet
from hvtree.domain.found_vms import found_vms
from hvtree.domain.group import GroupMethod, Member
from hvtree.domain.names import comparable
from hvtree.domain.search import parse
from hvtree.values import replace

_TIME = re.compile(r"(\d{1,6})(s|m|min|h)?", re.IGNORECASE)
_SECONDS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600}


def add_method(parser: argparse.ArgumentParser, otherwise: str) -> None:
    """Describe how VMs are brought to one instant; `otherwise` says what is done without the option."""
    parser.add_argument(
        "--method",
        choices=[each.value for each in GroupMethod],
        help=f"how they are brought to one instant ({otherwise})",
    )


def add_order(parser: argparse.ArgumentParser) -> None:
    """Describe in which order VMs start."""
    parser.add_argument(
        "--order",
        metavar="VM=N",
        action="append",
        default=[],
        type=_order,
        help="start this member N-th: 1 to 99, those of one number together; may be given several times",
    )
    parser.add_argument(
        "--delay",
        metavar="VM=TIME",
        action="append",
        default=[],
        type=_delay,
        help="let higher numbers wait so long after it has been started: 30s or 5m; may be given several times",
    )


def method_meant(arguments: argparse.Namespace, otherwise: GroupMethod) -> GroupMethod:
    """Return the method of the options, else the other one."""
    return GroupMethod(arguments.method) if arguments.method else otherwise


def ordered(members: Sequence[Member], arguments: argparse.Namespace) -> tuple[Member, ...]:
    """Return the members with the order and the delays of the options; raise `BadInput` for a word that means none or several."""
    changed = list(members)
    for text, number in arguments.order:
        place = member_meant(text, changed)
        changed[place] = replace(changed[place], start_order=number)
    for text, delay_s in arguments.delay:
        place = member_meant(text, changed)
        changed[place] = replace(changed[place], delay_s=delay_s)
    return tuple(changed)


def member_meant(text: str, members: Sequence[Member]) -> int:
    """Return the place of the member that a word means: its id, its name, or `HOST/VM`; raise `BadInput` unless it is one."""
    wanted = comparable(text)
    found = [place for place, each in enumerate(members) if wanted in map(comparable, _words(each))]
    found = [place for place in found if text in _words(members[place])] or found
    if len(found) == 1:
        return found[0]
    if found:
        listed = "".join(f"\n  {shown(_name(members[place]))}  {members[place].vm.vm_id}" for place in found)
        raise BadInput(
            f"‘{shown(text)}’ means {len(found)} members.", now=f"Name one as HOST/VM or by its id:{listed}"
        )
    near = difflib.get_close_matches(text[:100], [each.name for each in members], n=3)
    now = f"Did you mean {' or '.join(f'‘{shown(name)}’' for name in near)}?" if near else ""
    raise BadInput(f"The group has no member ‘{shown(text)}’.", now=now)


def members_found(text: str, fleet: Fleet, now_utc: datetime) -> tuple[VmAddress, ...]:
    """Return the VMs that a filter finds; if it is about checkpoints, those that have such. Raise `BadInput` if there are none."""
    query = parse(text)
    if query.problems:
        raise BadInput(" ".join(each.sentence for each in query.problems))
    found = found_vms(query, fleet, now_utc).meant
    if not found:
        raise BadInput(f"The filter ‘{shown(text)}’ finds no VM.", now=" ".join(query.remarks))
    return found


def _words(member: Member) -> Iterable[str]:
    hosts = (member.vm.host_id, member.host)
    return (member.vm.vm_id, member.name, *(f"{host}/{member.name}" for host in hosts))


def _name(member: Member) -> str:
    return f"{member.vm.host_id}/{member.name}"


def _order(text: str) -> tuple[str, int]:
    name, _, number = text.rpartition("=")
    if not name or not (number.isascii() and number.isdigit()) or len(number) > 4:
        raise argparse.ArgumentTypeError(f"{text!r} is not a VM and a number: write VM=2")
    return name, int(number)


def _delay(text: str) -> tuple[str, int]:
    name, _, time = text.rpartition("=")
    match = _TIME.fullmatch(time)
    if not name or match is None or not time.isascii():
        raise argparse.ArgumentTypeError(f"{text!r} is not a VM and a time: write VM=30s or VM=5m")
    return name, int(match[1]) * _SECONDS[(match[2] or "").lower()]
