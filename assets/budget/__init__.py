"""Published budget disclosures: which form a table is, what its lines are, and what a folder of workbooks holds."""
