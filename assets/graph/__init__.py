"""The hub's assets as Dagster knows them, made from the contracts: adding a contract adds its assets and checks.

Importing a module of this folder imports dagster; only pipelines/definitions.py and what runs the graph do.
"""
