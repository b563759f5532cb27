"""The REST API, /api/v1: what a department's own systems ask of the hub, and how they send to it."""
