"""The filter that all views of a window share: what was typed, what it means, and what it finds.

No view owns it. A view asks it for its matches, and asks again when it signals a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject, QTimer, Signal

from hvtree.app.host_view import HostView
from hvtree.domain.model import VirtualMachine
from hvtree.domain.words import count_words
from hvtree.ui.format import checkpoint_name

if TYPE_CHECKING:
    from hvtree.domain.search import Query
    from hvtree.domain.search_words import Misspelling

_JUDGED_PER_STEP = 500
_AGES_EVERY_MS = 20_000


class Filter(Struct, frozen=True):
    """What is looked for."""

    text: str = ""
    """As it was typed."""
    query: Query | None = None
    """What it means; None before anything was typed, which finds everything."""

    @property
    def is_active(self) -> bool:
        """Not everything is shown."""
        return self.query is not None and not self.query.is_empty

    @property
    def problems(self) -> Sequence[Misspelling]:
        """What of the text was not understood."""
        return self.query.problems if self.query is not None else ()

    @property
    def remarks(self) -> str:
        """What may explain that nothing is found, in sentences; empty if nothing does."""
        return " ".join(self.query.remarks) if self.query is not None else ""

    @property
    def problem(self) -> str:
        """What of the text was not understood, in sentences; empty if all was."""
        return " ".join(each.sentence for each in self.problems)

    @property
    def has_several_terms(self) -> bool:
        """One and the same VM or checkpoint has to match several things."""
        return self.query is not None and len(self.query.terms) > 1

    @property
    def better(self) -> str:
        """The text as it was probably meant; empty if nothing is like what was not understood."""
        better = self.text
        for each in self.problems:
            better = better.replace(each.typed, each.better, 1) if each.better else better
        return better if better != self.text else ""


class Match(Struct, frozen=True, eq=False):
    """What a filter finds of one VM. None for `shown` and `found` means all: the VM itself is what was looked for."""

    vm: VirtualMachine
    is_visible: bool
    shown: frozenset[str] | None = None
    """The checkpoints that are shown: those that are found, and those above them."""
    found: frozenset[str] | None = None
    is_now_found: bool = False
    """Its Now is shown, with everything above it."""


class _Texts(Struct, frozen=True, eq=False):
    """What words are looked for in: `folded_texts` of a VM, with its checkpoints called as they are shown that day."""

    vm: VirtualMachine
    day: date
    texts: tuple[str, ...]


class Findings(Struct, frozen=True):
    """How many checkpoints are found, and of how many VMs; a VM that is found itself counts with all it has."""

    checkpoints: int
    vms: int
    nows: int = 0
    """VMs of which what they have written since is found, and not all of them."""
    unknown: int = 0
    """VMs that may have more, since not all of their sizes are known; only where sizes are looked for."""

    def words(self) -> str:
        """Return it in words: "3 checkpoints on 2 VMs", "3 checkpoints and 1 Now on 2 VMs, 4 VMs not measured yet"."""
        nows = f" and {self.nows:,} Now" if self.nows else ""
        more = f", {count_words(self.unknown, 'VM')} not measured yet" if self.unknown else ""
        return f"{count_words(self.checkpoints, 'checkpoint')}{nows} on {count_words(self.vms, 'VM')}{more}"


class CurrentFilter(QObject):
    """The filter of a window. Large hosts are searched in steps, and each VM once for all views."""

    changed = Signal(object)
    """The new `Filter`, which finds something else than the one before."""
    outdated = Signal()
    """Time has passed, and what is found by its age has to be looked for again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = Filter()
        self._matches: dict[str, dict[str, Match]] = {}
        self._texts: dict[str, dict[str, _Texts]] = {}
        """What words are looked for in, by host and VM: kept from one key to the next, as long as there is a filter."""
        self._ages = QTimer(self, interval=_AGES_EVERY_MS)
        self._ages.timeout.connect(self.look_again)
        self._ages.start()

    @property
    def value(self) -> Filter:
        """The filter as it is now."""
        return self._value

    def set(self, text: str) -> None:
        """Look for something else; an empty text finds everything."""
        from hvtree.domain.search import parse  # noqa: PLC0415  (the first tree does not wait for what nobody looks for yet)

        was_active = self._value.is_active
        self._value = Filter(text, parse(text))
        if not self._value.is_active:
            self._texts.clear()
        if was_active or self._value.is_active:
            self._matches.clear()
            self.changed.emit(self._value)

    def look_again(self) -> None:
        """Look again for what is found by its age, since time has passed."""
        if self._value.query is not None and self._value.query.is_about_age:
            self._matches.clear()
            self.outdated.emit()

    def search(self, view: HostView, now_utc: datetime) -> Iterator[None]:
        """Find what is meant on a host, some VMs at a time; those that were searched before are passed over."""
        if view.state is None or not self._value.is_active:
            self._matches.pop(view.id, None)
            return
        matches = self._matches.setdefault(view.id, {})
        searched = 0
        for vm_id, vm in view.state.vms.items():
            known = matches.get(vm_id)
            if known is None or known.vm is not vm:
                matches[vm_id] = self._match(view, vm, now_utc)
                searched += 1 + len(vm.checkpoints)
                if searched > _JUDGED_PER_STEP:
                    searched = 0
                    yield

    def matches(self, host_id: str) -> Mapping[str, Match]:
        """Return what is found of each VM of a host so far, by VM id; empty without a filter."""
        return self._matches.get(host_id, {})

    def findings(self, views: Iterable[HostView]) -> Findings:
        """Count what is found on some hosts, as far as they have been searched."""
        hosts = tuple(views)
        visible = [
            match
            for view in hosts
            for vm_id, match in self.matches(view.id).items()
            if match.is_visible and view.state is not None and vm_id in view.state.vms
        ]
        count = sum(len(each.vm.checkpoints if each.found is None else each.found) for each in visible)
        needs_sizes = self._value.query is not None and self._value.query.needs_sizes
        states = [view.state for view in hosts if needs_sizes and view.state is not None]
        unknown = sum(not vm.space.is_complete for state in states for vm in state.vms.values())
        return Findings(count, len(visible), sum(each.is_now_found for each in visible), unknown)

    def forget(self, host_id: str) -> None:
        """Forget what was found on a host."""
        self._matches.pop(host_id, None)
        self._texts.pop(host_id, None)

    def _match(self, view: HostView, vm: VirtualMachine, now_utc: datetime) -> Match:
        from hvtree.domain.search import with_ancestors  # noqa: PLC0415  (as above)

        query = self._value.query
        assert query is not None, "look for something first"
        around = "\n".join(host_names(view))
        is_meant = query.finds_vm(vm, now_utc, around=around)
        if is_meant and not query.has_negation and not query.is_about_size:
            return Match(vm, is_visible=True)
        texts = self._texts_of(view, vm, now_utc) if query.looks_into_texts else None
        found = query.found(vm, now_utc, around=around, texts=texts)
        is_now_found = query.finds_now(vm, now_utc, around=around)
        if is_meant and not (found or is_now_found or query.has_negation):
            return Match(vm, is_visible=True)  # large only with all that it has
        above = with_ancestors(vm, found | {vm.now_id} if is_now_found and vm.now_id is not None else found)
        return Match(vm, is_meant or is_now_found or bool(found), above, found, is_now_found)

    def _texts_of(self, view: HostView, vm: VirtualMachine, now_utc: datetime) -> tuple[str, ...]:
        """Return what words are looked for in; made again if the VM is another value, or on another day."""
        known = self._texts.setdefault(view.id, {})
        kept = known.get(vm.id)
        if kept is None or kept.vm is not vm or kept.day != now_utc.date():
            from hvtree.domain.search import folded_texts  # noqa: PLC0415  (as above)

            texts = folded_texts(
                vm, lambda each: checkpoint_name(vm, each, now_utc) if each.id in vm.made_names else ""
            )
            kept = known[vm.id] = _Texts(vm, now_utc.date(), texts)
        return kept.texts


def host_names(view: HostView) -> tuple[str, ...]:
    """Return the names by which a host is found: its own, and the one it was opened under if that is another."""
    own = view.state.host if view.state is not None else ""
    return tuple({name.casefold(): name for name in (own, view.name) if name}.values())
