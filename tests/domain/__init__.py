"""Tests of hvtree.domain."""
