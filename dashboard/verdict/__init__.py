"""What came of a submission, at once: judged in warm child processes, shown at the cell, corrected and sent again."""
