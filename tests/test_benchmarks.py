"""The benchmarks are not run by the tests; what they take hold of must be there all the same."""

import pipeline.commands.rollup
import pipeline.run
from tests.benchmarks.cases import Case
from tests.benchmarks.measured import HOPS, ROLLUP_HOPS


def test_every_hop_that_is_timed_is_one_of_the_run():
    for module, hops in ((pipeline.run, HOPS), (pipeline.commands.rollup, ROLLUP_HOPS)):
        assert not [name for names in hops.values() for name in names if not callable(getattr(module, name, None))]


def test_each_kind_of_case_can_be_made(tmp_path):
    for size in ("2x3", "2x3+spoilt", "2x3+second", "2x2x3"):
        case = Case(size, tmp_path)
        case.make()
        assert len([path for path in case.sources() if path.name != "工作方案.xlsx"]) == (4 if case.is_second else 2)
        assert case.workbooks() == []
