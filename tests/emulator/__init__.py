"""Tests of the emulated host."""
