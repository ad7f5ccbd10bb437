"""What the details show, as values: facts, the path, the disk files. Equal values need no repainting."""

from __future__ import annotations

from msgspec import Struct

from hvtree.domain.address import CheckpointAddress
from hvtree.domain.plain_text import plain
from hvtree.ui.format import plain_tip
from hvtree.ui.widgets.banner import Tone


class Link(Struct, frozen=True):
    """The way to an intention that may help: its id, and the words to click on."""

    intent_id: str
    text: str


class Offer(Struct, frozen=True):
    """An intention for what is selected: its id and words, and why it cannot be done now (empty if it can)."""

    intent_id: str
    text: str
    refusal: str = ""


class Notice(Struct, frozen=True):
    """Something that must be read before the facts."""

    tone: Tone
    text: str
    more: str = ""
    links: tuple[Link, ...] = ()
    """What can be done about it."""


class PathItem(Struct, frozen=True):
    """One row of the path from the root to the selection."""

    name: str
    checkpoint: CheckpointAddress | None = None
    """The checkpoint to go to; None for Now."""
    is_here: bool = False
    is_now: bool = False


class FileRow(Struct, frozen=True):
    """One disk file in a chain."""

    name: str
    """What it is called on the page: its file name, shortened if that is long."""
    path: str
    """Its whole path on the host; empty for a row that stands for several files."""
    size_bytes: int | None
    """None if it has not been measured yet."""
    is_read_write: bool
    use: str
    """Whose file it is: "base disk", "frozen by ‘patch2’", "waits for its merge"."""

    @property
    def tip(self) -> str:
        """The whole path as a tool tip."""
        return plain_tip(plain(self.path))


class Belonging(Struct, frozen=True):
    """A group or a group checkpoint that the selection belongs to, with the way there."""

    text: str
    row_key: str
    """The key of its row among the groups."""
    links: tuple[Link, ...] = ()
    """What else can be done about it."""


class Table(Struct, frozen=True):
    """Rows of texts under a caption; the first row heads the columns."""

    caption: str
    rows: tuple[tuple[str, ...], ...]
    more: str = ""
    """How many more there are, below the rows."""


class Details(Struct, frozen=True):
    """Everything that the details show of one selection."""

    title: str
    subtitle: str = ""
    notice: Notice | None = None
    facts: tuple[tuple[str, str], ...] = ()
    notes: str = ""
    path: tuple[PathItem, ...] = ()
    chains: tuple[tuple[FileRow, ...], ...] = ()
    """One chain for each drive, its root first."""
    list_caption: str = ""
    items: tuple[str, ...] = ()
    """Names of what is selected, if it is more than one thing."""
    offers: tuple[Offer, ...] = ()
    """What can be done with several things at once, and what cannot."""
    offers_caption: str = "What can be done with all of it"
    powershell: str = ""
    belonging: tuple[Belonging, ...] = ()
    """The groups of a VM, or the group checkpoint of a checkpoint."""
    table: Table | None = None


NOTHING = Details("Nothing is selected", "Select a host, a VM or a checkpoint to see what it is.")
