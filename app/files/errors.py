"""Why a file cannot be read, and what its sender can do. Nothing of such a file is used."""

from app.kernel.errors import RuleBroken
from app.kernel.text import N_


class UnreadableFile(RuleBroken):
    """The file cannot be read as a table."""

    message = N_(
        "The file cannot be read as a table. Nothing was imported. Save it as XLSX or CSV and send it again."
    )

    def __init__(
        self, message: str | None = None, *, field: str | None = "file", **parameters: object
    ) -> None:
        super().__init__(message, field=field, **parameters)


class EmptyFile(UnreadableFile):
    message = N_(
        "The file holds no rows below its headings. Nothing was imported. "
        "Check that the list is on the first sheet and was saved."
    )


class FileTooLarge(UnreadableFile):
    message = N_(
        "The file has %(megabytes)s MB; up to %(limit)s MB can be read. Nothing was imported. "
        "Divide the list into several files."
    )


class TooManyRows(UnreadableFile):
    message = N_(
        "The file has more than %(limit)s rows. Nothing was imported. Divide the list into several files."
    )


class TooManyColumns(UnreadableFile):
    message = N_(
        "The file has more than %(limit)s columns. Nothing was imported. "
        "Delete the columns that are not needed."
    )


class UnpacksTooLarge(UnreadableFile):
    message = N_(
        "The file would become far too large when unpacked. Nothing was imported. "
        "Copy the list into a new workbook, save it as XLSX and send that."
    )


class DamagedFile(UnreadableFile):
    message = N_(
        "The file is damaged or was not sent wholly. Nothing was imported. "
        "Open it in your spreadsheet program, save it again as XLSX and send that."
    )


class UnsafeFile(UnreadableFile):
    message = N_(
        "The file holds definitions that a list does not need and that can do harm. Nothing was imported. "
        "Copy the list into a new workbook, save it as XLSX and send that."
    )


class PasswordProtected(UnreadableFile):
    message = N_(
        "The file is protected by a password. Nothing was imported. "
        "Save it without a password and send it again."
    )


class OldExcelFile(UnreadableFile):
    message = N_(
        "The file has the old Excel format (.xls), whatever it is called. Nothing was imported. "
        "Open it, choose “Save as”, take XLSX and send that."
    )


class NotASpreadsheet(UnreadableFile):
    message = N_(
        "“%(name)s” holds no table. Nothing was imported. "
        "Send the list as XLSX or CSV, not as another document."
    )


class NameAndContentDiffer(UnreadableFile):
    message = N_(
        "“%(name)s” is not what its name says. Nothing was imported. "
        "Do not rename the file; save the list as XLSX or CSV and send that."
    )


class WrongEncoding(UnreadableFile):
    message = N_(
        "Row %(row)s cannot be read as Vietnamese text: the file's encoding is none of UTF-8, UTF-16 and "
        "Windows-1258. Nothing was imported. Save it as XLSX, or as “CSV UTF-8”, and send that."
    )


class BrokenQuotes(UnreadableFile):
    message = N_(
        "In row %(row)s a quotation mark is opened and not closed, or closed too early. "
        "Nothing was imported. Mend that row or save the list as XLSX."
    )


class ValuesWithoutHeading(UnreadableFile):
    message = N_(
        "Some values stand in columns without a heading: %(cells)s. Nothing was imported. "
        "The first row must hold the headings: give each such column one or delete the values."
    )


class DuplicateHeadings(UnreadableFile):
    message = N_(
        "A heading stands more than once: %(headings)s. Nothing was imported. "
        "Keep one of the columns or give the other another heading."
    )


class MissingHeadings(UnreadableFile):
    message = N_(
        "These columns are missing: %(headings)s. The first row must hold the headings. "
        "Nothing was imported. Add the columns or correct their headings."
    )


class NotADate(UnreadableFile):
    message = N_(
        "Cell %(cell)s: “%(text)s” is not a date. Write it as day/month/year, for example 31/12/1980."
    )


class NoSuchDay(NotADate):
    message = N_(
        "Cell %(cell)s: there is no day “%(text)s”. Write it as day/month/year, for example 31/12/1980."
    )
