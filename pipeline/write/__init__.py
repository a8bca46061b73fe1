"""Hop 6, write: one module a workbook; nothing is filtered, scored or read here (contract §8)."""
