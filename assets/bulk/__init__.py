"""Very large delimited texts: rows plainly in order pass as columns, only the others go over the desk one by one."""
