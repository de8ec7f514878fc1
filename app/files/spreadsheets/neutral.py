"""Text that a spreadsheet program would take for a formula, made harmless with a leading apostrophe."""

import re

_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")
_NEUTRALISED = re.compile(r"'(?=[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20])")


def neutral(text: str) -> str:
    """The text as it may stand in a cell; what could be a formula is marked as text."""
    return "'" + text if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """The text without that mark, so that an exported list can be imported again."""
    return _NEUTRALISED.sub("", text, count=1) if _NEUTRALISED.match(text) else text
