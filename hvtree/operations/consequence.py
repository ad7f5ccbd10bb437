"""Something that a plan leads to, as data: what it is, whom it is about, and how much of it there is.

Its sentence is made when somebody reads it, from a wording with a place for each value. A value knows its own words:
`{vms}` gives "VMs ‘a’ and ‘b’" and `{vms:are}` the verb that fits them, `{size}` gives "4.2 GB", `{age}` "3 days ago".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from hvtree.domain.checkpoint import Checkpoint
from hvtree.domain.model import DiskFile, VirtualMachine
from hvtree.domain.names import isolated, quoted
from hvtree.domain.paths import file_name
from hvtree.domain.words import age_words, count_words, ms_words, size_words
from hvtree.values import replace

NAMES_SHOWN = 3
"""How many things a sentence names before it only counts the others."""

_VERBS = {
    "are": ("is", "are"),
    "go": ("goes", "go"),
    "it": ("it", "they"),
    "its": ("its", "their"),
    "move": ("moves", "move"),
    "stand": ("stands", "stand"),
    "stay": ("stays", "stay"),
    "them": ("it", "them"),
    "were": ("was", "were"),
}
"""Forms that depend on how many there are: of verbs, and of what stands for the things."""


class Subject(Struct, frozen=True):
    """A VM or a checkpoint: what it is by its id, what it is called by its name."""

    id: str
    name: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Subject) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)


class Subjects(Struct, frozen=True):
    """Some VMs or some checkpoints that a consequence is about."""

    noun: str
    """Of one of them: "VM", "checkpoint"."""
    each: tuple[Subject, ...]

    def __format__(self, verb: str) -> str:
        """Return their names with their noun, or the form of a verb or pronoun that fits their number.

        What all are called is told once: "3 checkpoints ‘joint’".
        """
        if verb:
            return _VERBS[verb][len(self.each) > 1]
        if len(self.each) > 1 and len({each.name for each in self.each}) == 1:
            return f"{count_words(len(self.each), self.noun)} {quoted(self.each[0].name)}"
        return f"{self.noun}{'s' if len(self.each) > 1 else ''} {listed([each.name for each in self.each])}"


class Name(Struct, frozen=True):
    """A name or a folder that somebody typed; in a sentence it stands in quotes."""

    text: str

    def __format__(self, _spec: str) -> str:
        return quoted(self.text)


class File(Struct, frozen=True):
    """A disk file; in a sentence it stands by its name, without quotes."""

    path: str
    short: str
    """What it may be called in a plan where room is short (`short_file_names`); it is the same file by any name."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, File) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)

    @property
    def name(self) -> str:
        """Its whole name, without its folder."""
        return file_name(self.path)

    def __format__(self, spec: str) -> str:
        """Return its name; with the spec `short` the short one."""
        return isolated(self.short if spec == "short" else self.name)


class Fate(StrEnum):
    """What becomes of a disk file."""

    MERGED = "merged"
    """Its blocks go into another file, then it is deleted."""
    DELETED = "deleted"
    FROZEN = "frozen"
    """It is not written to any more."""
    STAYS = "stays"
    """It stays though nothing but other files needs it."""
    COPIED = "copied"
    """It is read, and stays as it is."""


class FileChange(Struct, frozen=True):
    """What becomes of one disk file."""

    file: DiskFile
    fate: Fate
    into: str = ""
    """The path of the file that takes its blocks, if it is merged."""


class Size(Struct, frozen=True):
    """An amount of bytes; None if it is not known yet."""

    size_bytes: int | None

    def __format__(self, _spec: str) -> str:
        return size_words(self.size_bytes)


class Duration(Struct, frozen=True):
    """How long something takes."""

    ms: int

    def __format__(self, _spec: str) -> str:
        return ms_words(self.ms)


class Count(Struct, frozen=True):
    """A number of things."""

    count: int
    noun: str

    def __format__(self, _spec: str) -> str:
        return count_words(self.count, self.noun)


class Age(Struct, frozen=True):
    """How long ago something was when the plan was made."""

    moment_utc: datetime
    now_utc: datetime

    def __format__(self, _spec: str) -> str:
        return age_words(self.moment_utc, self.now_utc)


Amount = Size | Count | Age | int | Duration


class Consequence(Struct, frozen=True):
    """Two of them are equal if they are of one kind and about the same: amounts and ages move while a plan is read."""

    kind: str
    """What it is, the same in every version and language: `loses-checkpoints`."""
    wording: str
    about: Mapping[str, Subjects | Name | File | str] = field(default_factory=dict)
    """Whom or what it is about, by its place in the wording. A text stands there without quotes."""
    amounts: Mapping[str, Amount] = field(default_factory=dict)
    """How much of it, by its place in the wording."""
    files: tuple[FileChange, ...] = ()
    """The disk files that the sentence only counts or does not mention."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Consequence) and (other.kind, other.about) == (self.kind, self.about)

    __hash__ = None  # type: ignore[assignment] # what it is about is a mapping

    @property
    def sentence(self) -> str:
        """The consequence in a sentence, the same for the window and the terminal."""
        return self._in_words()

    @property
    def short_sentence(self) -> str:
        """The same where room is short and something else tells the whole paths: files by their short names."""
        return self._in_words("short")

    def _in_words(self, of_files: str = "") -> str:
        about = {
            place: isolated(thing) if isinstance(thing, str) else thing for place, thing in self.about.items()
        }
        files = {
            place: format(thing, of_files) for place, thing in self.about.items() if isinstance(thing, File)
        }
        words = self.wording.format(**about | files, **self.amounts)
        return words[0].upper() + words[1:]


def name_hosts(parts: Sequence[tuple[str, Iterable[Consequence]]]) -> Iterator[Consequence]:
    """Yield the consequences on each host; with the host's name in front if there are several hosts."""
    for host, consequences in parts:
        for each in consequences:
            wording = f"On host {{host}}: {each.wording[0].lower()}{each.wording[1:]}"
            named = replace(each, wording=wording, about={**each.about, "host": Name(host)})
            yield named if len(parts) > 1 else each


def vms(machines: Iterable[VirtualMachine]) -> Subjects:
    """Return VMs as a consequence refers to them."""
    return Subjects("VM", tuple(Subject(vm.id, vm.name) for vm in machines))


def checkpoints(those: Iterable[Checkpoint]) -> Subjects:
    """Return checkpoints as a consequence refers to them."""
    return Subjects("checkpoint", tuple(Subject(each.id, each.name) for each in those))


def changes(files: Iterable[DiskFile], fate: Fate) -> tuple[FileChange, ...]:
    """Return files that all come to the same."""
    return tuple(FileChange(file, fate) for file in files)


def listed(names: Sequence[str]) -> str:
    """Return "‘a’", "‘a’ and ‘b’", or "‘a’, ‘b’, ‘c’ and 4 more"."""
    parts = [quoted(name) for name in names[:NAMES_SHOWN]]
    more = len(names) - NAMES_SHOWN
    if more > 0:
        parts.append(f"{more:,} more")
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)
