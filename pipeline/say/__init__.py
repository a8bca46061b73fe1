"""Finished text and figures: what people read, worked out; nothing is written here (contract §8)."""
