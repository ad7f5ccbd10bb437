"""Benchmarks: figures and ratios measured side by side in one run; nothing here fails on a time."""
