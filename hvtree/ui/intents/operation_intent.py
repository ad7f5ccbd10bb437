"""Intentions that end in a plan: enabled exactly if the operation can be planned, then a dialog, then a job.

The operation is built by one function, from the selection and from what the form asks. Without a form's answers it is
the operation that decides whether the intention can be chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from msgspec import Struct

from hvtree.app.author import Signer
from hvtree.app.workspace import Workspace
from hvtree.domain.address import VmAddress
from hvtree.domain.errors import HVTreeError
from hvtree.domain.fleet import Fleet
from hvtree.domain.names import default_name
from hvtree.domain.passport import Passport
from hvtree.jobs.job import JobView
from hvtree.operations.base import Operation, Plan
from hvtree.ui.bridge import ask
from hvtree.ui.dialogs.approval import AskAgain, AskIfNeeded
from hvtree.ui.dialogs.form import Aside, Choice, Form, Planner
from hvtree.ui.format import host_words
from hvtree.ui.intents.intent import Context, Intent
from hvtree.ui.known_groups import KnownGroups
from hvtree.ui.selection import Selection
from hvtree.ui.widgets.wrap_label import WrapLabel

Build = Callable[..., Operation | None]
"""Makes the operation from a selection and from what a form asks; None if the selection is not of its kind."""

_MUCH = 100
"""Checkpoints and VMs; a plan for more is made while the window goes on [measured: 100 take 5 to 15 ms]."""
SAMPLE_NAME = "\N{EM DASH}"
"""Stands for the name that nobody has typed yet; a name that no checkpoint is likely to have."""


class Draft(Struct, frozen=True):
    """What a form begins with."""

    selection: Selection
    fleet: Fleet
    """The last reading of each host."""
    hosts: Mapping[str, str]
    """What the hosts of the selection are called, by their ids."""
    now_utc: datetime
    build: Build
    clock: Callable[[], datetime]
    signer: Signer
    """Signs what is written into the notes of checkpoints."""
    present: Callable[[], Fleet]
    """Returns the last reading of each host by now."""
    known: KnownGroups

    def operation(self, **answers: Any) -> Operation:
        """Return the operation with what the form asks."""
        made = self.build(self.selection, **answers)
        assert made is not None, "a form is made for a selection that fits only"
        return made

    def named(self, name: str) -> Operation:
        """Return the operation with the one answer that most forms ask for."""
        return self.operation(name=name)

    def noted(self, name: str, passport: Passport, **answers: Any) -> Operation:
        """Return the operation with the name that was typed and with a signed passport."""
        signed = self.signer.signed(passport)
        at_utc = {} if name else {"at_utc": self.now_utc}
        return self.operation(name=name, passport=signed, **at_utc, **answers)

    def default_name(self, base: str) -> str:
        """Return the name that a checkpoint gets if it is made now: Hyper-V Manager's pattern, by its host's clock."""
        host = self.fleet.hosts[self.selection.targets[0].host_id]
        return default_name(base, host.on_its_clock(self.clock()))


def _no_signature(_signer: Signer) -> Mapping[str, Any]:
    return {}


class OperationIntent(Intent, frozen=True, kw_only=True):
    """Something that is done to VMs or checkpoints, of one host or of several."""

    operation: Build
    form: Callable[[Draft], Form]
    to_decide: Callable[[Plan], Sequence[str]] | None = None
    """For what is done at once: returns what has to be decided first, in sentences; only then is the form shown.

    `operation` then takes the time as `at_utc`."""
    signature: Callable[[Signer], Mapping[str, Any]] = _no_signature
    """Returns what `operation` is told by name of who does it."""
    knows_groups: bool = False
    """`operation` takes the groups that there are as `known`."""

    def refusal(self, selection: Selection, workspace: Workspace) -> str:
        operation = self._build(workspace)(selection)
        if operation is None:
            return self.unfit
        try:
            workspace.check(operation)
        except HVTreeError as error:
            return error.sentence
        return ""

    def run(self, context: Context) -> None:
        self.run_on(context, context.selection.value)

    def run_on(self, context: Context, selection: Selection) -> None:
        """Do it on a selection; one that does not fit does nothing."""
        workspace = context.workspace
        build = self._build(workspace)
        if build(selection) is None or not _is_known(selection, workspace.fleet):
            return
        hosts = {view.id: host_words(view) for view in workspace.hosts if view.id in selection.host_ids}
        draft = Draft(
            selection,
            workspace.fleet,
            hosts,
            context.clock(),
            partial(build, **self.signature(workspace.signer)),
            context.clock,
            workspace.signer,
            lambda: workspace.fleet,
            KnownGroups.of(workspace),
        )
        to_decide = self._submit_at_once(context, draft) if self.to_decide else ""
        if to_decide is not None:
            is_much = len(selection.checkpoints) + len(selection.targets) > _MUCH
            deciding = _decide(context, draft.hosts, self.form(draft), to_decide, is_much=is_much)
            context.tasks.start(deciding)

    def _build(self, workspace: Workspace) -> Build:
        """Return the maker of the operation with all that it takes besides a signature and the answers of a form."""
        return (
            partial(self.operation, known=KnownGroups.of(workspace)) if self.knows_groups else self.operation
        )

    def _submit_at_once(self, context: Context, draft: Draft) -> str | None:
        """Start it without a question and return None; or return what has to be decided first.

        Pressed again while the same is under way it does nothing: a double click takes one checkpoint.
        """
        assert self.to_decide is not None
        plan = context.workspace.plan(draft.operation(at_utc=draft.now_utc))
        first = self.to_decide(plan)
        if first:
            return " ".join(first)
        if not any(_is_under_way(job, plan) for job in context.workspace.jobs):
            asking = AskAgain(draft.hosts, context.window)
            context.workspace.submit(plan, AskIfNeeded(self.to_decide, asking))
        return None


def _is_under_way(job: JobView, plan: Plan) -> bool:
    """Return whether a job that has not ended does to the same VMs what a plan says."""
    is_like = type(job.plan.operation) is type(plan.operation) and job.plan.vms == plan.vms
    return is_like and job.verdict is None


def _is_known(selection: Selection, fleet: Fleet) -> bool:
    """Return whether everything that is selected is there; it may have gone since it was selected."""
    if any(fleet.find_vm(vm) is None for vm in selection.targets):
        return False
    return all(each.checkpoint_id in fleet.vm(each.vm).by_id for each in selection.checkpoints)


def decide(
    context: Context,
    operation: Operation,
    *,
    undoes: str = "",
    caption: str = "Plan",
    about: str = "",
    then: Callable[[int], None] = lambda _job_id: None,
) -> None:
    """Show the plan of an operation that was made elsewhere, and start it if the user says yes.

    `undoes` is the id of the job that it leads back; `caption` is the title of the dialog, and `about` what it says above the
    plan. `then` is told the number of the job.
    """
    try:
        plan = context.workspace.plan(operation)
    except HVTreeError:
        hosts = {}  # the dialog says why
    else:
        hosts = {view.id: host_words(view) for view in context.workspace.hosts if view.id in plan.host_ids}
    form = Form(caption, "Continue", Choice(operation))
    if about:
        form.show_fields(WrapLabel(about))
    context.tasks.start(_decide(context, hosts, form, undoes=undoes, then=then))


async def _measure(workspace: Workspace, vms: tuple[VmAddress, ...], then: Callable[[], None]) -> None:
    await workspace.measured(vms)
    then()


async def _decide(
    context: Context,
    hosts: Mapping[str, str],
    form: Form,
    note: str = "",
    *,
    is_much: bool = False,
    undoes: str = "",
    then: Callable[[int], None] = lambda _job_id: None,
) -> None:
    """Show a form with its plan, which follows the hosts' changes, until it is answered; a yes becomes a job.

    `hosts` is what they are called, by their ids; `note` what has to be decided, where nothing would be asked otherwise.
    What `is_much` is planned aside.
    """
    from hvtree.ui.dialogs.operation_dialog import OperationDialog, offers_aside  # noqa: PLC0415  (see `start.DIALOGS`)

    workspace, bridge = context.workspace, context.bridge
    aside = Aside(workspace.plan_aside, context.tasks.start) if is_much else None
    offers = await offers_aside(aside, form) if aside is not None else None
    if any(each.isVisible() for each in context.window.findChildren(OperationDialog)):
        form.deleteLater()
        return  # it was pressed once more meanwhile
    planner = Planner(
        tuple(hosts.values()),
        workspace.plan,
        aside,
        lambda vms, then: context.tasks.start(_measure(workspace, vms, then)),
    )
    dialog = OperationDialog(planner, form, context.window, offers=offers)

    if note:
        dialog.show_note("Have a look before it is done.", note)

    def on_host_changed(host_id: str) -> None:
        if host_id in hosts:
            dialog.replan()

    bridge.host_changed.connect(on_host_changed)
    bridge.host_removed.connect(on_host_changed)
    try:
        await ask(dialog)
    finally:
        bridge.host_changed.disconnect(on_host_changed)
        bridge.host_removed.disconnect(on_host_changed)
    if dialog.agreed is not None:
        then(workspace.submit(dialog.agreed, AskAgain(hosts, context.window), undoes=undoes))
