"""Tests of hvtree/operations."""
