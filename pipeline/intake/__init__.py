"""Hops 1 and 2, find and read: whatever came back, opened safely, claimed, cleaned and addressed."""
