"""Tests of `hvtree/app`."""
