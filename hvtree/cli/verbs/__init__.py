"""The verbs of `hvtree plan` and `hvtree do`, one file each: its words, its arguments and the operation it means.

A new verb is a file here and a line in `registry`.
"""
