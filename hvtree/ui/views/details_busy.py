"""Why nothing can be done with several VMs while one of them is busy: said once for all that waits for it."""

from __future__ import annotations

from collections.abc import Iterable

from hvtree.domain.model import VirtualMachine
from hvtree.domain.words import count_words
from hvtree.operations.preconditions import unavailable
from hvtree.ui.views.details_values import Offer
from hvtree.values import replace


def said_once(offers: tuple[Offer, ...], vms: Iterable[VirtualMachine]) -> tuple[Offer, ...]:
    """Return offers for some VMs; while one of these is busy all that cannot be done says just that."""
    reasons = [reason for vm in vms if (reason := unavailable(vm)) is not None]
    if not reasons:
        return offers
    more = len(reasons) - 1
    others = (
        f"{count_words(more, 'more VM')} {'is' if more == 1 else 'are'} not ready either." if more else ""
    )
    said = " ".join(filter(None, (reasons[0].why, reasons[0].now, others)))
    return tuple(replace(each, refusal=said) if each.refusal else each for each in offers)
