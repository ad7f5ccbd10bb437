"""The guard: lets no request through to a host that could touch anything but the scratch VMs of these tests.

It works on the bytes that go out, so that nothing gets around it: each line is read before it is sent, and a line that
asks for something about an id, a name or a folder that is not known to be ours is not sent at all.
"""

from __future__ import annotations

import json
import ntpath
import re
from typing import Any

from hvtree.hosts import wire
from tests.support.agent_answer import Answer, Message

PREFIX = "hvtree-live-"
NOBODY = "00000000-0000-4000-8000-00000000dead"
"""No VM and no checkpoint has this id."""
_NAME = re.compile(PREFIX + r"[0-9a-f]{8}(-[0-9]{1,4}[a-z]?)?")
_ABOUT_ALL = ("scratch.home", "scratch.find")
_ABOUT_NAMES = ("scratch.make",)
_ABOUT_VMS = (
    "scratch.look",
    "scratch.set",
    "scratch.try",
    "scratch.forms",
    "scratch.watch",
    "scratch.remove",
)


class Forbidden(AssertionError):
    """A request that these tests must not make."""


def is_ours(name: str) -> bool:
    """Return whether a name of a VM or a folder is one that these tests give."""
    return _NAME.fullmatch(name) is not None


class Guard:
    """Knows which VMs and checkpoints are ours, and which are not."""

    def __init__(self, folder: str = "") -> None:
        self.folder = folder
        """The one folder on the host below which files may be made; none while it is empty."""
        self.others: dict[str, str] = {}
        """Ids and names of VMs that are not ours, as far as they have been heard of."""
        self._vms: set[str] = set()
        self._checkpoints: set[str] = set()

    def admit(self, vm_id: str, name: str) -> None:
        """Take a VM as ours; its name must be one of ours."""
        if not is_ours(name):
            raise Forbidden(f"{name!r} is no name of a scratch VM.")
        self._vms.add(vm_id.lower())

    def learn(self, answer: Answer) -> None:
        """Take the checkpoints of our VMs from an answer, and remember whose VMs are not ours."""
        for vm in answer.vms:
            if vm["id"] in self._vms:
                self._checkpoints.update(each["id"] for each in vm.get("checkpoints", ()))
            elif not is_ours(vm["name"]):
                self.others[vm["id"]] = vm["name"]
        for result in answer.message.get("ok", {}).get("results", ()):
            if result["id"] in self._vms and "checkpoint" in result:
                self._checkpoints.add(result["checkpoint"])

    def check(self, line: bytes) -> None:
        """Raise `Forbidden` unless a line that goes to the host is harmless."""
        try:
            request = json.loads(wire.from_client(line.strip()))
        except ValueError:
            request = None
        if not isinstance(request, dict):
            if b"{" in line:
                raise Forbidden("A line cannot be understood, and might be a request all the same.")
            return  # no agent can take it for a request; that is what some tests are about
        verb, given = str(request.get("verb", "")), request.get("args", {})
        if not isinstance(given, dict):
            raise Forbidden(f"{verb} has arguments that cannot be understood.")
        self._check(verb, given)

    def _check(self, verb: str, given: Message) -> None:
        for name, known in (("ids", self._ids(verb)), ("vms", self._vms)):
            _only(verb, given.get(name, []), known)
        for name in ("path", "folder"):
            if name in given and not self._is_inside(given[name]):
                raise Forbidden(f"{verb} goes to {given[name]!r}, outside of {self.folder!r}.")
        if verb.startswith("scratch."):
            self._check_scratch(verb, given)

    def _ids(self, verb: str) -> set[str]:
        """Return what the ids of a verb may be: none for verbs that nobody knows."""
        if verb.startswith("vm."):
            return self._vms | {NOBODY}
        return self._checkpoints | {NOBODY} if verb.startswith("checkpoint.") else set()

    def _check_scratch(self, verb: str, given: Message) -> None:
        if verb in _ABOUT_VMS:
            _only(verb, [given["vm"]] if "vm" in given else given["vms"], self._vms)
        elif verb not in (*_ABOUT_ALL, *_ABOUT_NAMES, "scratch.drop"):
            raise Forbidden(f"{verb} is no verb of these tests.")
        if "checkpoint" in given:
            _only(verb, [given["checkpoint"]], self._checkpoints)
        if "name" in given or verb in _ABOUT_NAMES:
            name = given.get("name")
            if not isinstance(name, str) or not is_ours(name):
                raise Forbidden(f"{verb} gives the name {name!r}.")

    def _is_inside(self, folder: Any) -> bool:
        if not isinstance(folder, str) or not self.folder:
            return False
        path, ours = (ntpath.normcase(ntpath.normpath(each)) for each in (folder, self.folder))
        return is_ours(ntpath.basename(ours)) and (path == ours or path.startswith(ours + "\\"))


def _only(verb: str, ids: Any, known: set[str]) -> None:
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise Forbidden(f"{verb} has ids that cannot be understood.")
    foreign = [each for each in ids if each.lower() not in known]
    if foreign:
        raise Forbidden(f"{verb} is about {', '.join(foreign)}, which is not ours.")
