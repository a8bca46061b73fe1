"""Hop 3, check: findings about cells, rows, sheets, units and periods; nothing is changed here."""
