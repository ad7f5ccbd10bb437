"""The connection is cut in every phase of every operation: no verdict contradicts itself, its steps or the host."""

import pytest

from hvtree.domain.agreement import disagreements
from hvtree.domain.difference import compare
from hvtree.domain.errors import ConnectionFailure
from hvtree.domain.model import HostState, VmState
from hvtree.jobs.job import JobView, StepPhase, Verdict
from hvtree.jobs.wait_idle import TimeLimits
from tests.support.every_operation import LAB, OPERATIONS, Make
from tests.support.harness import Harness, with_harness

READINGS = 12
"""At most so many readings of a job are cut; an export reads again and again while it waits."""


def asked_by(make: Make) -> list[str]:
    """Return what a job asks its host for if nothing goes wrong, in order."""
    found: list[str] = []

    async def story(harness: Harness) -> None:
        known = len(harness.host.verbs())
        assert (await harness.do(make(harness))).verdict is Verdict.AS_PLANNED
        found.extend(harness.host.verbs()[known:])

    with_harness(LAB, story)
    return found


def cuts(make: Make) -> list[tuple[str, int, bool]]:
    """Return every place to cut at: a verb, how often it was asked for, and whether the request still arrives."""
    verbs = asked_by(make)
    readings = [
        ("host.read", number, False) for number in range(1, min(verbs.count("host.read"), READINGS) + 1)
    ]
    others = [each for each in dict.fromkeys(verbs) if each != "host.read"]
    return [*readings, *((verb, 1, arrives) for verb in others for arrives in (False, True))]


async def cut(harness: Harness, make: Make, place: tuple[str, int, bool], *, for_good: bool) -> JobView:
    """Run a job whose connection is cut at one place."""
    verb, times, arrives = place
    known = harness.host.verbs().count(verb)
    harness.host.hold(verb)
    job_id = harness.submit(make(harness))
    for number in range(1, times + 1):
        await harness.host.asked(verb, known + number)
        if number < times:
            harness.host.release(verb)
            harness.host.hold(verb)
    if arrives:
        harness.host.release(verb)
    if for_good:
        harness.host.down = ConnectionFailure("The host is off.")
    harness.host.lose()
    harness.host.release()
    return await harness.ended(job_id)


def said(job: JobView) -> str:
    """Return all sentences of a job."""
    return "\n".join((job.message, *(step.text for step in job.steps)))


def contradictions(job: JobView, before: HostState, after: HostState | None) -> list[str]:
    """Return what is wrong with a verdict; `after` is the host as it really is, None if it cannot be reached."""
    is_unsure = "may or may not" in said(job) or "efresh the host" in said(job)
    if job.verdict is not Verdict.UNKNOWN and is_unsure:
        return [
            "it is known how it ended, and something is said to be unknown",
            *untruths(job, before, after),
        ]
    return untruths(job, before, after)


def untruths(job: JobView, before: HostState, after: HostState | None) -> list[str]:
    """Return what is wrong with a verdict, whatever made it so."""
    found: list[str] = []
    ids = job.plan.vm_ids("vhost")
    phases = {step.phase for step in job.steps}
    if job.verdict is Verdict.AS_PLANNED:
        if phases & {StepPhase.UNKNOWN, StepPhase.FAILED}:
            found.append("as planned, with a step that is not")
        if after is not None and disagreements(job.plan.expected.hosts["vhost"], after, ids):
            found.append("as planned, and the host is not")
    is_same = after is not None and not any(each.is_substantial for each in compare(before, after, ids))
    if ("nothing has changed" in said(job) or "as it was before" in said(job)) and not is_same:
        found.append("nothing has changed, and the host is not as it was")
    if job.verdict is Verdict.UNKNOWN and "checked on the host" in said(job):
        found.append("checked, and unknown")
    if phases <= {StepPhase.DONE, StepPhase.SKIPPED} and "did not find out how it ended" in job.message:
        found.append("every step was answered, and it is not known how they ended")
    return found


@pytest.mark.parametrize("for_good", [False, True], ids=["comes back", "stays away"])
@pytest.mark.parametrize("make", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_no_verdict_contradicts_itself_wherever_the_connection_is_cut(make: Make, *, for_good: bool) -> None:
    wrong: list[str] = []
    for place in cuts(make):

        async def story(harness: Harness, place: tuple[str, int, bool] = place) -> None:
            before = harness.state
            job = await cut(harness, make, place, for_good=for_good)
            after = None if for_good else harness.state
            found = contradictions(job, before, after)
            wrong.extend(f"{place}: {each}\n{job.verdict}: {said(job)}" for each in found)

        with_harness(LAB, story, TimeLimits(reconnect_s=60))
    assert not wrong, "\n\n".join(wrong)


def ended(make: Make, verb: str, *, arrives: bool) -> JobView:
    """Return how a job ended whose connection was cut at a request."""
    jobs: list[JobView] = []

    async def story(harness: Harness) -> None:
        jobs.append(await cut(harness, make, (verb, 1, arrives), for_good=False))

    with_harness(LAB, story)
    return jobs[0]


def test_a_revert_that_was_never_heard_of_is_not_as_planned_although_now_stands_where_it_should() -> None:
    job = ended(OPERATIONS["revert"], "checkpoint.apply", arrives=False)
    assert job.verdict is Verdict.FAILED
    assert "the connection was cut. The VM is as it was before. It was turned off on the way." in job.message


@pytest.mark.parametrize("verb", ["vm.turn_off", "checkpoint.apply"])
def test_a_revert_that_was_cut_off_leaves_no_vm_off_that_was_running(verb: str) -> None:
    async def story(harness: Harness) -> None:
        await cut(harness, OPERATIONS["revert"], (verb, 1, verb == "vm.turn_off"), for_good=False)
        assert harness.vm("web").state is VmState.RUNNING

    with_harness(LAB, story)


def test_a_revert_that_was_done_unheard_is_known_by_its_new_files() -> None:
    job = ended(OPERATIONS["revert what is off"], "checkpoint.apply", arrives=True)
    assert job.verdict is Verdict.AS_PLANNED
    assert [(step.phase, step.text) for step in job.steps] == [
        (StepPhase.DONE, "No answer came back, but it is done.")
    ]


def test_a_revert_that_was_not_done_is_known_by_its_old_files() -> None:
    job = ended(OPERATIONS["revert what is off"], "checkpoint.apply", arrives=False)
    assert job.verdict is Verdict.FAILED
    assert "nothing has changed on the host" in job.message
    assert job.steps[0].text == "No answer came back, and it was not done."
