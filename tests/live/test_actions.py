"""The contract's tests of what changes something, on scratch VMs.

What the sources are unsure about is no test here: the probe notes it.
"""

from __future__ import annotations

import pytest

from tests.contract.test_actions import (
    test_a_checkpoint_is_taken_below_the_present_one,
    test_a_checkpoint_that_is_not_there_is_an_error,
    test_a_new_checkpoint_has_the_notes_of_its_vm,
    test_a_power_verb_brings_a_vm_from_one_state_to_another,
    test_a_rename_changes_the_name_only,
    test_an_id_may_be_given_twice_and_in_capitals,
    test_checkpoints_of_many_vms_are_taken_under_one_name,
    test_deleting_a_checkpoint_moves_its_children_up,
    test_deleting_a_subtree_takes_all_below,
    test_deleting_two_checkpoints_of_one_vm_is_done_in_order,
    test_each_id_has_its_own_answer_in_the_order_of_the_question,
    test_no_ids_are_answered_with_no_results,
    test_the_notes_of_a_vm_are_written_and_taken_away,
    test_the_notes_of_checkpoints_are_written_letter_by_letter_and_nothing_else,
)

__all__ = [
    "test_a_checkpoint_is_taken_below_the_present_one",
    "test_a_checkpoint_that_is_not_there_is_an_error",
    "test_a_new_checkpoint_has_the_notes_of_its_vm",
    "test_a_power_verb_brings_a_vm_from_one_state_to_another",
    "test_a_rename_changes_the_name_only",
    "test_an_id_may_be_given_twice_and_in_capitals",
    "test_checkpoints_of_many_vms_are_taken_under_one_name",
    "test_deleting_a_checkpoint_moves_its_children_up",
    "test_deleting_a_subtree_takes_all_below",
    "test_deleting_two_checkpoints_of_one_vm_is_done_in_order",
    "test_each_id_has_its_own_answer_in_the_order_of_the_question",
    "test_no_ids_are_answered_with_no_results",
    "test_the_notes_of_a_vm_are_written_and_taken_away",
    "test_the_notes_of_checkpoints_are_written_letter_by_letter_and_nothing_else",
]

pytestmark = pytest.mark.live
