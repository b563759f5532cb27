"""A second opinion on workbooks: what LibreOffice says stands in each cell, held against what the hub reads."""
