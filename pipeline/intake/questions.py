"""自查: which of the nine questions a row answers, however its number is written (contract §4)."""

from pipeline.intake.cleaned import BLANK, Cleaned, repaired
from pipeline.intake.numerals import chinese_number
from pipeline.intake.text import fold
from schemas.returns.self_check import QUESTIONS

_PUNCTUATION = "?？。.、，,：:；;"
_NUMBER_OF_QUESTION = {fold(text): str(number) for number, text in enumerate(QUESTIONS, 1)}
_NUMBERS = frozenset(_NUMBER_OF_QUESTION.values())


def number_questions(cells: dict[str, list[Cleaned]], rows: int) -> None:
    """Put 1 to 9 into the column `number`, in place; where number and question disagree, the question counts.

    Where there is no such column, nothing is said: there is no cell that was repaired.
    """
    written_down = "number" in cells
    numbers = cells.setdefault("number", [BLANK] * rows)
    questions = cells.get("question", [BLANK] * rows)
    for at, (written, question) in enumerate(zip(numbers, questions, strict=True)):
        number = _plain_number(written.value)
        asked = _NUMBER_OF_QUESTION.get(fold(str(question.value or "")).strip(_PUNCTUATION), number)
        if asked != written.value and asked:
            corrected = written_down and asked != number
            note = repaired(asked, "按自查内容对应题号") if corrected else None
            numbers[at] = Cleaned(asked, note)


def _plain_number(value: object) -> str:
    """“（一）”, “1.”, “第1题” → 1; "" for what is none of the nine."""
    text = fold(str(value or "")).strip("()第题项" + _PUNCTUATION)
    if (figures := text.lstrip("0")) in _NUMBERS:
        return figures
    number = chinese_number(text)
    return str(number) if str(number) in _NUMBERS else ""
