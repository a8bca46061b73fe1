"""xlsxwriter's worksheet, without its search for Excel-365 functions in every formula."""

from xlsxwriter.worksheet import Worksheet


class PlainWorksheet(Worksheet):  # type: ignore[misc]
    """A worksheet for formulas that use nothing newer than Excel 2010.

    xlsxwriter runs some thirty regular expressions over each formula; over the long ones of 填报提示
    that was nine tenths of the time a template took (1.2 s of 1.3 s with 300 items).
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")
