"""豁免 and 试行: findings that stay in the list but count no more (contract §4, 豁免事项; plan, trial_rules)."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from pipeline.checks.sheets import SUSPICIONS
from pipeline.findings import SUBJECT_JOINT, Finding
from schemas.returns.waivers import SHEET
from schemas.tables import WAIVERS
from schemas.words import Severity

WAIVED, ON_TRIAL = "豁免", "试行"
IN_FORCE, EXPIRED, INEFFECTIVE = "生效", "已到期", "未生效"
_REQUIRED = tuple(column.name for column in SHEET.columns if column.required)


@dataclass(frozen=True, slots=True)
class _Waiver:
    """One row of 豁免事项.xlsx and what it is worth at the meeting."""

    unit: str
    rule_code: str
    scope: str
    state: str

    def covers(self, finding: Finding) -> bool:
        """Whether this row turns the finding into a 提示."""
        place = finding.place
        if self.state != IN_FORCE or (place.unit, finding.code) != (self.unit, self.rule_code):
            return False
        named = self.scope in place.subject.split(SUBJECT_JOINT)
        return named if self.rule_code in SUSPICIONS else not self.scope or self.scope == place.cell or named


def apply_waivers(
    findings: Iterable[Finding], waivers: pd.DataFrame, trial_rules: Collection[str], as_of: date
) -> tuple[list[Finding], pd.DataFrame]:
    """Findings in the same order, the waived and those on trial as 提示 with their status.

    waivers: one row = one entry of 豁免事项.xlsx, columns of its sheet with provenance. A row counts
    until its 到期日, that day included, when everything required is filled in and no 错误 among
    `findings` stands on it. as_of: the meeting date.
    Returns also one row = one entry, columns of `schemas.tables.WAIVERS`; 豁免条数 counts findings.
    """
    found = list(findings)
    rows = _read(waivers, found, as_of)
    by_rule: dict[tuple[str, str], list[int]] = {}
    for position, waiver in enumerate(rows):
        by_rule.setdefault((waiver.unit, waiver.rule_code), []).append(position)
    hits = [0] * len(rows)
    result = []
    for entry in found:
        candidates = by_rule.get((entry.place.unit, entry.code), ())
        covering = next((position for position in candidates if rows[position].covers(entry)), None)
        if covering is not None:
            hits[covering] += 1
            result.append(replace(entry, severity=Severity.NOTE, status=WAIVED))
        elif entry.code in trial_rules:
            result.append(replace(entry, severity=Severity.NOTE, status=ON_TRIAL))
        else:
            result.append(entry)
    return result, _listed(waivers, rows, hits)


def _read(waivers: pd.DataFrame, findings: list[Finding], as_of: date) -> list[_Waiver]:
    wrong = {
        (entry.place.file, entry.place.sheet, row)
        for entry in findings
        if entry.place.table == SHEET.key
        for row in entry.wrong_rows
    }
    cells = waivers.reindex(columns=[*SHEET.names, "file", "sheet", "row", "carried"]).astype(object)
    cells = cells.where(cells.notna(), None)
    return [
        _Waiver(
            unit=str(row["unit"] or ""),
            rule_code=str(row["rule_code"] or ""),
            scope=str(row["scope"] or ""),
            state=_state(row, as_of, wrong=not row["carried"] and (row["file"], row["sheet"], row["row"]) in wrong),
        )
        for row in cells.to_dict("records")
    ]


def _state(row: Mapping[Hashable, object], as_of: date, *, wrong: bool) -> str:
    expires_on = row["expires_on"]
    if wrong or not isinstance(expires_on, date) or any(row[name] is None for name in _REQUIRED):
        return INEFFECTIVE
    if row["rule_code"] in SUSPICIONS and row["scope"] is None:
        return INEFFECTIVE
    return IN_FORCE if as_of <= expires_on else EXPIRED


def _listed(waivers: pd.DataFrame, rows: list[_Waiver], hits: list[int]) -> pd.DataFrame:
    listed = waivers.reindex(columns=list(WAIVERS.names)).astype(object).reset_index(drop=True)
    return listed.assign(hits=hits, state=[waiver.state for waiver in rows]).astype(object)
