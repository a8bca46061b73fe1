"""Believable returns for the demo, the tests and the benchmarks. No person in them exists.

`sample_returns` gives the content of correct returns for any plan; `mess` spoils them in the ways
that units do; `story` says who does what in the six periods of the demo, and `files` writes it.
"""

from pipeline.sample.items import Nature
from pipeline.sample.returns import SampleReturn, sample_return, sample_returns

__all__ = ["Nature", "SampleReturn", "sample_return", "sample_returns"]
