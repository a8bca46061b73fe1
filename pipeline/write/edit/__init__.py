"""Changing single parts of somebody else's workbook: what is not asked for stays byte for byte (contract §8.4)."""
