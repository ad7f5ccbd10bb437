"""The disk files of a VM: chains, who owns which file, and what is left when all merges have ended.

The rule of Hyper-V (facts 41 to 43 of hvtree/emulator/FACTS.md): a file that no checkpoint and no VM owns any more is

- deleted at once if nothing depends on it,
- merged if exactly one file depends on it: the blocks of that *child* go into it, the child's file vanishes, and
  whoever owned the child owns it from then on,
- left alone while two or more files depend on it.

Only files that checkpoints made (`.avhd`, `.avhdx`) are deleted or merged away; a base disk, or a
differencing disk that somebody made by hand, never is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from hvtree.domain.model import DiskFile, VirtualMachine
from hvtree.domain.paths import is_checkpoint_file, path_key
from hvtree.values import replace

FRESH_BYTES = 4 * 1024 * 1024
"""About what a new differencing disk takes before anything is written to it."""


def is_read_write(vm: VirtualMachine, path: str) -> bool:
    """Return whether the VM writes to this file; all other files of its chains are read-only."""
    return path_key(path) in {path_key(drive) for drive in vm.drives}


def written_files(vm: VirtualMachine) -> tuple[DiskFile, ...]:
    """Return the files that the VM writes to, as far as they were read."""
    drives = {path_key(drive) for drive in vm.drives}
    return tuple(file for file in vm.files if path_key(file.path) in drives)


def chain(vm: VirtualMachine, path: str) -> tuple[DiskFile, ...]:
    """Return a file and its ancestors, root last; ends early where a parent is unknown or the links form a circle."""
    book = {path_key(file.path): file for file in vm.files}
    links: list[DiskFile] = []
    key: str | None = path_key(path)
    while key is not None and key in book:
        file = book.pop(key)
        links.append(file)
        key = path_key(file.parent_path) if file.parent_path else None
    return tuple(links)


def chains(vm: VirtualMachine) -> tuple[tuple[DiskFile, ...], ...]:
    """Return the chain of each drive of the VM, from the read-write leaf up to its root."""
    return tuple(chain(vm, drive) for drive in vm.drives)


class FileUse(Struct, frozen=True):
    """How one file of a VM is used."""

    file: DiskFile
    checkpoint_ids: tuple[str, ...]
    """The checkpoints that froze it; normally one."""
    is_read_write: bool
    dependents: int
    """How many files are based on it."""

    @property
    def is_unowned(self) -> bool:
        """Neither the VM nor a checkpoint uses it by itself: it waits for its merge, or is somebody's base."""
        return not self.checkpoint_ids and not self.is_read_write


def file_uses(vm: VirtualMachine) -> tuple[FileUse, ...]:
    """Return every file of the VM with its use, in the order of `vm.files`."""
    owners: dict[str, list[str]] = {}
    for checkpoint in vm.checkpoints:
        for drive in checkpoint.drives:
            owners.setdefault(path_key(drive), []).append(checkpoint.id)
    writing = {path_key(drive) for drive in vm.drives}
    dependents = Counter(path_key(file.parent_path) for file in vm.files if file.parent_path)
    return tuple(
        FileUse(file, tuple(owners.get(key, ())), key in writing, dependents[key])
        for file in vm.files
        for key in (path_key(file.path),)
    )


def pending_files(vm: VirtualMachine) -> tuple[DiskFile, ...]:
    """Return the files that no checkpoint owns and that will go, or stay only while others depend on them."""
    extended = {
        path_key(file.parent_path) for file in vm.files if file.parent_path and is_checkpoint_file(file.path)
    }
    return tuple(
        use.file
        for use in file_uses(vm)
        if use.is_unowned and (is_checkpoint_file(use.file.path) or path_key(use.file.path) in extended)
    )


class Merge(Struct, frozen=True):
    """One merge: the blocks of `child` go into `parent`, and the file of `child` vanishes."""

    child: DiskFile
    parent: DiskFile
    """As it is before this merge, which may be the second into the same file."""

    @property
    def moved_bytes(self) -> int:
        """Bytes that are copied."""
        return self.child.size_bytes

    @property
    def growth_bytes(self) -> int:
        """By how many bytes the parent file grows at worst, before the child is gone.

        At worst no block is in both files; but no file grows beyond what its guest sees.
        """
        return min(self.child.size_bytes, max(0, self.parent.virtual_bytes - self.parent.size_bytes))


class Settled(Struct, frozen=True):
    """The files of a VM when all merges have ended, and what was done to get there."""

    files: tuple[DiskFile, ...]
    merges: tuple[Merge, ...] = ()
    deleted: tuple[DiskFile, ...] = ()
    """Files that go at once, without a merge."""
    kept: tuple[DiskFile, ...] = ()
    """Files that nobody owns, and that stay because two or more files depend on them."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """By the key of a file that was merged away, the path of the file that has its blocks now."""

    def owner_path(self, path: str) -> str:
        """Return the file that an owner of `path` owns afterwards."""
        return self.moved.get(path_key(path), path)


def settle(files: Iterable[DiskFile], owned_paths: Iterable[str]) -> Settled:
    """Apply the rule until nothing is left to do, in linear time; `owned_paths` are all drives of VM and checkpoints.

    A base disk that nothing refers to any more leaves the VM's files, but is not deleted.
    """
    return _Settling(files, owned_paths).run()


class _Settling:
    """The work of `settle`: files by key, their children, and who owns something."""

    def __init__(self, files: Iterable[DiskFile], owned_paths: Iterable[str]) -> None:
        self.book = {path_key(file.path): file for file in files}
        self.owned = {path_key(path) for path in owned_paths}
        self.children: dict[str, dict[str, None]] = {key: {} for key in self.book}
        self.parent_of: dict[str, str] = {}
        for key, file in self.book.items():
            parent = path_key(file.parent_path) if file.parent_path else None
            if parent is not None and parent in self.book and parent != key:
                self.parent_of[key] = parent
                self.children[parent][key] = None
        self.merges: list[Merge] = []
        self.deleted: list[DiskFile] = []
        self.moved: dict[str, str] = {}

    def run(self) -> Settled:
        self._drop_leaves()
        for key in [key for key in self.book if key not in self.owned]:
            if key in self.book and not self._goes_into_its_parent(key):
                self._absorb(key)
        kept = tuple(
            file
            for key, file in self.book.items()
            if key not in self.owned and sum(map(is_checkpoint_file, self.children[key])) > 1
        )
        files = tuple(map(self._relinked, self.book.values()) if self.moved else self.book.values())
        return Settled(files, tuple(self.merges), tuple(self.deleted), kept, self.moved)

    def _drop_leaves(self) -> None:
        """Take out what nobody owns and nothing depends on, and what becomes such a file by that."""
        waiting = [key for key in self.book if key not in self.owned and not self.children[key]]
        while waiting:
            key = waiting.pop()
            file = self.book.pop(key)
            if is_checkpoint_file(key):
                self.deleted.append(file)
            parent = self.parent_of.get(key)
            if parent is not None:
                del self.children[parent][key]
                if parent not in self.owned and not self.children[parent]:
                    waiting.append(parent)

    def _goes_into_its_parent(self, key: str) -> bool:
        parent = self.parent_of.get(key)
        alone = parent is not None and parent not in self.owned and len(self.children[parent]) == 1
        return alone and is_checkpoint_file(key)

    def _absorb(self, key: str) -> None:
        """Merge the only child into the file, again and again, until the file is owned or has several children."""
        while key not in self.owned and len(self.children[key]) == 1:
            child_key = next(iter(self.children[key]))
            if not is_checkpoint_file(child_key):
                return
            parent, child = self.book[key], self.book.pop(child_key)
            merge = Merge(child, parent)
            self.merges.append(merge)
            self.book[key] = replace(parent, size_bytes=parent.size_bytes + merge.growth_bytes)
            self.children[key] = self.children[child_key]
            self.moved[child_key] = parent.path
            if child_key in self.owned:
                self.owned.add(key)

    def _relinked(self, file: DiskFile) -> DiskFile:
        path = self.moved.get(path_key(file.parent_path)) if file.parent_path else None
        return file if path is None else replace(file, parent_path=path)
