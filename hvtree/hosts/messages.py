"""The wire protocol between HVTree and its agent on the host: every request, reply and event, as msgspec structs.

Both ends use these: `hosts.client` asks, `emulator.agent.agent` (Python) and `resources/agent/agent.ps1` answer. How
messages become lines is `hosts.wire`; how records become domain values is `hosts.inventory`.

In short:

- client to agent: one `Request` per line. `id` is made by the client; the agent remembers answered ids and gives the
  first answer again for a repeated one.
- agent to client: `Message`s. To each request come any number of `progress` and `part` messages, then exactly one with
  `ok` or `error`. Events (`ev`) belong to no request: `hello` once at the start and when asked
  for, `changed` whenever something on the host differs from the revision last read or announced.
- ids are GUIDs in lower case; times are ISO 8601 in UTC with a `Z`; sizes are bytes; enums go by the names of the
  Hyper-V module's enums.

| verb | arguments | `ok` of the answer |
|---|---|---|
| `ping` | | `{"time": …}` |
| `hello` | | `{}`, and the event `hello` once more |
| `echo` | `text` | `{"text": …}` (self-test) |
| `emit` | `text` | `{}`, and an event `echo` with that text (self-test) |
| `host.import` | | `HostFacts` (loads the Hyper-V module, slow on a cold host) |
| `host.read` | `since` (revision or 0), `sizes` (bool, true if left out) | `InventoryEnd`, after `part`s of `InventoryPart` |
| `host.sizes` | `ids` (VMs) | `{}`, after `part`s of `SizesPart` |
| `host.vmgroups` | | `VmGroups` |
| `host.watch` | `on` (bool) | `{}`; from then on `changed` events within 3 s of own work, 6 s of others' |
| `vm.ready` | `ids` (VMs) | `Results`; changes nothing, and what is asked about these VMs next begins sooner |
| `vm.start` `vm.save` `vm.suspend` `vm.resume` `vm.shut_down` `vm.turn_off` | `ids` (VMs) | `Results` |
| `vm.checkpoint` | `ids` (VMs), `name` | `Results`, each with `checkpoint` |
| `checkpoint.rename` | `ids`, `name` | `Results` |
| `checkpoint.set_notes` | `ids`, `notes` (texts, one for each id) | `Results` |
| `vm.set_notes` | `ids` (VMs), `notes` | `Results` |
| `checkpoint.apply` `checkpoint.delete` | `ids` | `Results` |
| `checkpoint.delete_subtree` | `ids`, `only` (ids; deletes nothing if others are below) | `Results` |
| `checkpoint.export` | `ids`, `path` | `Results` |
| `lease.end` | `lease` (id) | `{}`; the VMs that it holds are let go |
| `request.cancel` | `request` (id) | `{"cancelled": bool}` |
| `exit` | | `{}`, then the agent ends |

Requests about different VMs run side by side; `ping`, `host.read` and `request.cancel` never wait for long work.

A request about VMs or checkpoints may carry a `lease`: see `Lease`. If the agent hears nothing for so long, or its input ends, it
waits for what is at work on the VMs that it holds, brings them back, refuses whatever else is asked of VMs, and ends.

Sizes come after the picture, because Get-VHD opens each file. With `sizes: false` a `VmRecord` has no `disks` and its
checkpoints no `state_size`: left out means not measured. An agent may send them all the same, and the VM counts as
measured then. `host.sizes` measures VMs in the asked order, and each is sent as soon as it is known; a VM that is gone is
left out. It holds up nothing else, at most two Get-VHDs run at a time, `request.cancel` ends it early, and to repeat it is
harmless. The agent keeps what it has learnt of a file, and asks again only if the file's time or size has moved.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

PROTOCOL_VERSION = 1
"""The `v` of `hello`; another number means that the two ends don't fit together."""

Amount = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
"""Bytes, a count or a revision: what a signed 64-bit number of .NET can hold, and never negative."""
Number = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
"""A signed 64-bit number."""

FACTS_MARKER = "#hvtree-facts#"
"""The first line of what the doctor's question to PowerShell prints; then come lines `name=value`, in ASCII.

The question (`hosts.powershell_facts`) is a script that runs in every language mode in which scripts run at all, so
that a PowerShell in which the agent cannot start still says why.
"""

PART_CHECKPOINTS = 500
"""About how many checkpoints one `part` of an inventory holds, so that decoding one never holds up the window."""


def is_edit(verb: str) -> bool:
    """Return whether a verb changes something on the host, so that doing it twice is not the same as once."""
    return verb.startswith(("vm.", "checkpoint.")) and verb != "vm.ready"


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line from the client."""

    id: str
    verb: str
    args: dict[str, Any] = {}


class Lease(msgspec.Struct, frozen=True, omit_defaults=True):
    """What brings VMs back that a request stops: `domain.lease.Lease` as the argument `lease`. Any line renews it.

    A VM is held from the request that finds it in its state, until it has been brought there by a request without a lease, until
    a request under the lease that names it no longer has gone well, or until `lease.end`.
    """

    id: str
    seconds: Annotated[int, msgspec.Meta(ge=1, le=240)]
    running: tuple[str, ...] = ()
    """Ids of VMs that belong into the state Running."""
    paused: tuple[str, ...] = ()


class Error(msgspec.Struct, frozen=True, omit_defaults=True):
    """A PowerShell error record. The message is in the host's language."""

    message: str
    category: str = "NotSpecified"
    fqid: str = ""
    hresult: Number | None = None
    target: str = ""


class ProgressReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far one of the things that a request is about has come."""

    target: str
    percent: Number | None = None
    text: str = ""


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line from the agent: an answer (`ok` or `error`), a `part` or `progress` of one, or an event (`ev`)."""

    id: str | None = None
    ok: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    error: Error | None = None
    part: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    progress: ProgressReport | None = None
    ev: str | None = None
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    """What an event carries: `Hello` for `hello`, `Changed` for `changed`."""


class Hello(msgspec.Struct, frozen=True, omit_defaults=True):
    """The agent is there. The host counts as connected only after this."""

    v: Number
    host: str
    agent: str
    """Which agent: `agent.ps1 1` or `python 1`."""
    powershell: str = ""
    """Version of the PowerShell that runs it, such as `5.1.20348.2110`; empty if none does."""


class Rights(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the user is on the host, by the SIDs in the token of the agent's process, never by localised names."""

    administrator: bool = False
    """S-1-5-32-544 counts in the token."""
    hyperv_administrator: bool = False
    """S-1-5-32-578 counts in the token."""
    filtered: bool = False
    """S-1-5-32-544 is there, but only to deny: UAC has taken the rights of an administrator away."""


class HostFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What `host.import` found. What an agent cannot find out is left out."""

    host: str
    has_module: bool
    module: str = ""
    os: str = ""
    culture: str = ""
    """The culture of dates and numbers, such as `de-DE`."""
    is_administrator: bool = True
    """The user may manage VMs, as an administrator or a Hyper-V administrator."""
    time: str = ""
    powershell: str = ""
    """$PSVersionTable.PSVersion."""
    language: str = ""
    """The LanguageMode of the agent's session, such as `FullLanguage`."""
    rights: Rights | None = None
    authentication: str = ""
    """How Windows says that the user has logged in, such as `NTLM`, `Kerberos` or `CredSSP`."""
    envelope_kb: Number | None = None
    """WinRM's MaxEnvelopeSizekb; only administrators can read it."""


class VmGroupRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """A VM group of Hyper-V's own: of VMs, or of other groups."""

    id: str
    name: str = ""
    vms: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """Ids of the groups in it."""


class VmGroups(msgspec.Struct, frozen=True, omit_defaults=True):
    """Hyper-V's own VM groups."""

    groups: tuple[VmGroupRecord, ...] = ()
    is_known: bool = True
    """The host knows VM groups: Server 2016 and later do."""


class Changed(msgspec.Struct, frozen=True):
    """Something on the host differs; `host.read` with `since` brings what."""

    revision: Amount


class DiskRecord(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One virtual disk file: FileSize and Size of Get-VHD."""

    path: str
    size: Amount
    virtual: Amount
    parent: str | None = None


class CheckpointRecord(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One checkpoint; `kind` is the SnapshotType's name, `state_size` SizeOfSystemFiles."""

    id: str
    name: str
    created: str
    parent: str | None = None
    kind: str = "Standard"
    saved: bool = False
    automatic: bool = False
    notes: str = ""
    drives: tuple[str, ...] = ()
    state_size: Amount | msgspec.UnsetType = msgspec.UNSET
    """Left out where sizes were not asked for; 0 if they were."""


class VmRecord(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One VM; `state`, `activity` and `checkpoint_type` are names of the module's enums."""

    id: str
    name: str
    state: str
    parent: str | None = None
    """ParentSnapshotId: the checkpoint that Now is based on."""
    status: str = ""
    activity: str | None = None
    percent: Number | None = None
    checkpoint_type: str = ""
    replica: bool = False
    notes: str = ""
    generation: Number = 2
    version: str = ""
    memory: Amount = 0
    memory_startup: Amount = 0
    uptime_s: Number = 0
    drives: tuple[str, ...] = ()
    disks: tuple[DiskRecord, ...] | msgspec.UnsetType = msgspec.UNSET
    """Left out where sizes were not asked for; none if they were."""
    checkpoints: tuple[CheckpointRecord, ...] = ()


class VolumeRecord(msgspec.Struct, frozen=True, gc=False):
    """A volume of the host with a letter or a folder: files of VMs are there, or an export may go there."""

    name: str
    total: Amount
    free: Amount


class InventoryPart(msgspec.Struct, frozen=True):
    """Some of the VMs, each whole, in the host's order."""

    vms: tuple[VmRecord, ...]


class VmSizes(msgspec.Struct, frozen=True, gc=False):
    """What one VM takes on disk: its files, and for each checkpoint the bytes of configuration and saved state."""

    id: str
    disks: tuple[DiskRecord, ...] = ()
    states: dict[str, Amount] = {}
    """SizeOfSystemFiles by checkpoint id."""


class SizesPart(msgspec.Struct, frozen=True):
    """Some of the VMs whose sizes were asked for, in the asked order."""

    vms: tuple[VmSizes, ...]


class InventoryEnd(msgspec.Struct, frozen=True, omit_defaults=True):
    """The end of an inventory: `full`, or only what changed after `since` plus the VMs that are gone."""

    host: str
    taken_at: str
    revision: Amount
    full: bool
    volumes: tuple[VolumeRecord, ...] = ()
    removed: tuple[str, ...] = ()
    utc_offset: int | None = None
    """By how many minutes the host's clock is ahead of UTC now."""
    zone: str = ""
    """TimeZoneInfo.Local.Id: `Pacific Standard Time`, or an IANA name where .NET has those."""


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer for one id; times are the host's clock around the cmdlet."""

    id: str
    error: Error | None = None
    checkpoint: str | None = None
    began: str | None = None
    ended: str | None = None


class Results(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answers for all ids of a request, in its order."""

    results: tuple[Result, ...]
    warnings: tuple[str, ...] = ()
