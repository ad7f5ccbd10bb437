"""How long tests wait, on machines that may stand still for a minute or two in the middle of anything."""

PATIENCE_S = 300.0
"""How long a test waits for what must come, in seconds; standstills of the whole machine included.

It only ends what would hang for ever. No test may say more about time: what is promised to be quick is tested by what it
does not wait for, and what is promised to come late by the wait that was asked for.
"""
