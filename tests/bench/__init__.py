"""Measurements of the hub against floors and peers: `make bench`, `make bench-long`; nothing here is asserted by tests.

A measure has two sides. Each runs in a fresh child process, the two in turn (ABAB…), and the medians are compared; a
bench is a module with `run(bench)`, a side is a function that prepares (untimed) and gives the work that is timed.
"""
