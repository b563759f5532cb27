"""Signing in: who is asking is settled here, before any page or route is reached."""
