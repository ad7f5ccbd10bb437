"""Tests of HVTree."""
