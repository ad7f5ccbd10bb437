"""Tests of `hvtree/jobs`."""
