"""Errors of a host that speaks another language: the verdict explains them, the raw record stays in the details."""

import pytest

from hvtree.emulator.host.faults import Fault
from hvtree.jobs.job import Verdict
from hvtree.operations.create import CreateCheckpoint
from tests.support.harness import Harness, with_harness
from tests.support.plans import vm_at
from tests.support.trees import lab

GERMAN = "Auf dem Datenträger ist nicht genügend Speicherplatz vorhanden. (0x80070070)"
JAPANESE = "ディスクに十分な空き領域がありません。 (0x80070070)"


@pytest.mark.parametrize("words", [GERMAN, JAPANESE])
def test_a_known_error_is_explained_and_its_record_is_kept_as_it_was(words: str) -> None:
    async def story(harness: Harness) -> None:
        harness.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", error="DiskFull", message=words))
        job = await harness.do(CreateCheckpoint((vm_at("web"),), "x"))
        assert job.verdict is Verdict.FAILED
        assert "There is not enough space on the disk of the host." in job.message
        assert words not in job.message
        assert words in job.details
        assert "HRESULT: 0x80070070" in job.details

    with_harness(lab(web="base*"), story)


def test_words_that_only_the_host_knows_are_in_the_verdict() -> None:
    async def story(harness: Harness) -> None:
        words = "Prüfpunkte wurden für ‚web‘ deaktiviert."
        harness.host.hyperv.faults.add(Fault(cmdlet="Checkpoint-VM", error="OperationFailed", message=words))
        job = await harness.do(CreateCheckpoint((vm_at("web"),), "x"))
        assert f"The host says: {words}" in job.message

    with_harness(lab(web="base*"), story)
