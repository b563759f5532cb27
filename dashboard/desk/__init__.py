"""The submission desk: what a department owes, sends, fills in and asks for, and what others decide about it."""
