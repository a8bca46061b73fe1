"""The benchmarks are not run by the tests; what they take hold of must be there all the same."""

import pipeline.run
from tests.benchmarks.measured import HOPS


def test_every_hop_that_is_timed_is_one_of_the_run():
    assert not [name for names in HOPS.values() for name in names if not callable(getattr(pipeline.run, name, None))]
