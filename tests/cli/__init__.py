"""Tests of `hvtree/cli`."""
