"""汇总上报: the finished periods of many districts, judged once more over districts (`yjbj rollup`).

sources: which workbooks were named · district: one of them read, in a worker process · earlier: what
the rollups before left behind · judge: the same lights and scores as for units, one row = one district ·
command: the whole, in order.
"""
