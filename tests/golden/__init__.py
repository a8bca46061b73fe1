"""Every workbook of one small run as text, so that a change of an output is seen as a diff (see `dump`, `story`)."""
