"""Tests of the set-up: the two commands and the pinned versions."""
