"""Hops 4 and 5, merge and judge: pure functions over frames; no file is touched here (contract §5–§7)."""
