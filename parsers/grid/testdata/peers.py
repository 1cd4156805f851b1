"""Reads and writes tables for TestPeers: jobs come as JSON on standard input, and what was read of each goes
out the same way, a list of rows, each cell as a kind and texts."""

import csv
import datetime
import json
import sys
import warnings

warnings.simplefilter("ignore")

try:
    import openpyxl
    from openpyxl.utils.datetime import to_excel
except ImportError:
    openpyxl = None


def told(cell):
    if cell is None:
        return ["text", ""]
    if isinstance(cell, bool):
        return ["bool", "TRUE" if cell else "FALSE"]
    if isinstance(cell, (datetime.datetime, datetime.date)):
        return ["day", repr(to_excel(cell)), cell.isoformat()]
    if isinstance(cell, (int, float)):
        return ["number", repr(cell)]
    return ["text", cell]


def made(kind, text):
    if kind == "number":
        return float(text) if "." in text else int(text)
    if kind == "day":
        return datetime.datetime.fromisoformat(text)
    return {"bool": text == "TRUE", "blank": None}.get(kind, text)


def write(job):
    book = openpyxl.Workbook(write_only=job["stream"], iso_dates=job["iso"])
    sheet = book.create_sheet("S") if job["stream"] else book.active
    for row in job["rows"]:
        sheet.append([made(*cell) for cell in row])
    book.save(job["path"])


def read(job):
    if job["form"] == "csv":
        with open(job["path"], newline="", encoding=job["encoding"]) as f:
            return [[["text", cell] for cell in row] for row in csv.reader(f, delimiter=job["comma"], strict=True)]
    if job["rows"]:
        write(job)
    book = openpyxl.load_workbook(job["path"], data_only=True)
    return [[told(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]


jobs = json.load(sys.stdin)
json.dump([read(job) for job in jobs if openpyxl or job["form"] == "csv"], sys.stdout)
