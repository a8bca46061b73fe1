"""From 33 returned workbooks to matrix, scores and the 红黄绿 ledger; read `run.py` first."""
