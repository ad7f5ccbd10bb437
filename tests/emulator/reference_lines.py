"""The 80 lines of the reference's table "A faithful emulator must reproduce", by number: how certain each is, in our words.

D: Microsoft documents it. O: somebody has seen it on a real host. U: uncertain, wholly or in part, and so a switch. A test
names the line that it is about in a comment on it, `# line 17` or `# lines 24, 25`; the other side of an uncertain line has
`, switched` behind it. `NOT_USED` are the lines that HVTree never comes in touch with. test_reference_lines.py holds us to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LINES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        1: ("O", "Get-VM: all VMs; names, wildcards; a missing name is an error record"),
        2: ("O", "the words of that error"),
        3: ("U", "a pattern without a match is silent"),
        4: ("O", "old and new names of properties"),
        5: ("DO", "no checkpoints: no parent snapshot"),
        6: ("D", "Checkpoint-VM writes with -Passthru only"),
        7: ("DO", "a new checkpoint comes between Now and its parent"),
        8: ("DO", "a new disk beside its parent, named after the root"),
        9: ("DO", ".vhd gives .avhd, .vhdx gives .avhdx"),
        10: ("DO", "Get-VHD of a differencing disk and of a root"),
        11: ("O", "letter case of disk paths"),
        12: ("O", "the default name in the host's culture"),
        13: ("DO", "automatic checkpoints"),
        14: ("O", "two checkpoints of one name"),
        15: ("U", "Get-VMSnapshot by a name that several have"),
        16: ("U", "Restore-VMSnapshot by a name that several have"),
        17: ("O", "Get-VMSnapshot by a name that none has"),
        18: ("O", "Get-VMSnapshot of a VM without any"),
        19: ("O", "Remove-VMSnapshot by a name that none has"),
        20: ("O", "Get-VMSnapshot -Id"),
        21: ("D", "-ParentOf and -ChildOf"),
        22: ("DU", "kinds of checkpoints; Recovery without a filter"),
        23: ("D", "the -VMCheckpoint aliases"),
        24: ("D", "names of up to 100 characters"),
        25: ("DO", "names with special characters"),
        26: ("DU", "50 checkpoints; the words of the refusal"),
        27: ("O", "checkpoints disabled"),
        28: ("O", "production only, and no VSS"),
        29: ("DU", "production falls back to standard; a warning"),
        30: ("D", "the checkpoint types"),
        31: ("DO", "Restore-VMSnapshot asks"),
        32: ("D", "the state after applying"),
        33: ("O", "applying never starts"),
        34: ("O", "applying moves Now, the others remain"),
        35: ("DU", "applying replaces the disk; when the old one goes"),
        36: ("O", "a checkpoint after applying is a branch"),
        37: ("O", "applying a production checkpoint on a running VM"),
        38: ("U", "applying a checkpoint with memory on a running VM"),
        39: ("DO", "deleting is quick, merging comes later"),
        40: ("DO", "status while merging"),
        41: ("D", "a foreign leaf goes without a merge"),
        42: ("DO", "one dependent: one merge"),
        43: ("DO", "several dependents: the file stays"),
        44: ("U", "whose the children of a deleted checkpoint are"),
        45: ("O", "back on the root disk while running"),
        46: ("DU", "deleting a subtree; Now inside it"),
        47: ("D", "an old host merges only when the VM is off"),
        48: ("DO", "renaming changes the name only"),
        49: ("DO", "recovery checkpoints can be deleted"),
        50: ("O", "nothing to do is a warning"),
        51: ("O", "warnings on standard output"),
        52: ("O", "Stop-VM without contact asks"),
        53: ("DO", "saving, and its file"),
        54: ("U", "saving or pausing what is off"),
        55: ("DO", "pausing keeps the memory"),
        56: ("O", "starting uses the saved state up"),
        57: ("O", "Remove-VM and the state"),
        58: ("O", "Set-VM and the state"),
        59: ("D", "what checkpoints forbid to change"),
        60: ("DO", "the folders of an export"),
        61: ("O", "an export over existing files"),
        62: ("D", "an exported checkpoint is flat"),
        63: ("DO", "an exported VM keeps its checkpoints"),
        64: ("D", "exports to shares"),
        65: ("DU", "importing keeps the id, once; the words of the refusal"),
        66: ("O", "importing a copy with a new id"),
        67: ("O", "no permission"),
        68: ("DO", "not elevated: nothing instead of an error"),
        69: ("O", "a full volume pauses a running VM"),
        70: ("O", "a full volume refuses a checkpoint"),
        71: ("DO", "enums and dates in JSON"),
        72: ("O", "one, several and no results in JSON"),
        73: ("O", "CLIXML on standard error"),
        74: ("O", "the host's language"),
        75: ("DO", "WMI: settings of VMs and checkpoints, and their parents"),
        76: ("D", "WMI: jobs"),
        77: ("O", "WMI: thumbnails"),
        78: ("D", "groups of VMs"),
        79: ("DU", "clusters: only the owner sees a VM"),
        80: ("DU", "status and refusals while a VM migrates"),
    }
)

NOT_USED: Mapping[int, str] = MappingProxyType(
    {
        77: "HVTree shows no pictures of screens and never asks for a thumbnail; the emulated WMI has no such method.",
        79: (
            "HVTree works with one host and its VMs, and reads nothing about clusters. To it a VM that moves to another "
            "node is one that is gone, and one that comes is new; both have tests of their own."
        ),
    }
)
