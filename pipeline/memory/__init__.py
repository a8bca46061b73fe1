"""The memory of the biweekly loop: earlier periods' own workbooks, and no other store (contract §8)."""
