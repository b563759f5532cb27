"""The second runner: a contract's rules as a Great Expectations suite, run on what the lake holds.

Nothing here imports great_expectations before a function that needs it is called: it takes seconds.
"""
