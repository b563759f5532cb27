"""The pages of the operations centre, one module each."""
