"""The wording of the findings that are a sheet's own (codes from 020 on), one module a field.

`{…}` in a message is filled in per finding by the rule that makes it; `{value}` is what was found.
The catalogue gathers these; nothing else words a finding.
"""

from dataclasses import dataclass

from schemas.words import Severity

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True)
class Rule:
    """One kind of finding: its wording is that of the person who filled in the form."""

    code: str
    severity: Severity
    title: str
    problem: str
    remedy: str
    example: str  # what stands in the cell when it is found
