"""Files broken on purpose: whatever is in a file, reading it ends with tables or with one clear line."""
