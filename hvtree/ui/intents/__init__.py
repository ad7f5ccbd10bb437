"""What a user may intend, a file for each or for two that are alike: words, keys, operation and form.

`registry` lists them all.
"""
