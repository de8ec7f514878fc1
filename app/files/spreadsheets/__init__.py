"""Tables from and to XLSX and CSV files."""

from app.files.spreadsheets.columns import cell_name, match_headers, parse_date
from app.files.spreadsheets.reading import read_sheet
from app.files.spreadsheets.writing import Table, write_csv, write_xlsx

__all__ = ["Table", "cell_name", "match_headers", "parse_date", "read_sheet", "write_csv", "write_xlsx"]
