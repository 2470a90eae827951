#!/usr/bin/env python3
"""Prints what a CSV file holds as JSON: one pass, standard library, bounded memory."""

import argparse
import codecs
import csv
import json
import re
import sys
from collections import Counter

MOST_DISTINCT = 10_000
MOST_ROWS_COMPARED = 1_000_000
NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[-+]\d{2}:?\d{2})?)?")
EMPTY = {"", "na", "n/a", "null", "none", "-"}


class Column:
    """Everything that is remembered of one column."""

    def __init__(self, name):
        self.name = name
        self.empty = 0
        self.kinds = Counter()
        self.values = Counter()
        self.is_cut = False
        self.least = {}
        self.most = {}
        self.example = {}

    def add(self, value):
        value = value.strip()
        if value.lower() in EMPTY:
            self.empty += 1
            return
        kind = kind_of(value)
        self.kinds[kind] += 1
        self.example.setdefault(kind, value)
        comparable = float(value) if kind == "number" else value
        self.least[kind] = min(self.least.get(kind, comparable), comparable)
        self.most[kind] = max(self.most.get(kind, comparable), comparable)
        if value in self.values or len(self.values) < MOST_DISTINCT:
            self.values[value] += 1
        else:
            self.is_cut = True

    def report(self):
        present = sum(self.kinds.values())
        kind, count = self.kinds.most_common(1)[0] if present else ("empty", 0)
        report = {
            "name": self.name,
            "kind": kind if count == present else "mixed",
            "empty": self.empty,
            "distinct": f"more than {MOST_DISTINCT}" if self.is_cut else len(self.values),
        }
        if kind in ("number", "date"):
            report["min"] = self.least[kind]
            report["max"] = self.most[kind]
        if not self.is_cut and len(self.values) < present:
            report["commonest"] = dict(self.values.most_common(5))
        if count < present:
            report["odd_values"] = {k: self.example[k] for k in self.kinds if k != kind}
        return report


def kind_of(value):
    if NUMBER.fullmatch(value):
        return "number"
    return "date" if DATE.fullmatch(value) else "text"


def read_head(path):
    with open(path, "rb") as file:
        return file.read(1_000_000)


def find_encoding(head):
    """UTF-8 if it is that, else Windows-1252, which is what old spreadsheets write."""
    try:
        # Incremental, because the last character of the head may be cut in two.
        codecs.getincrementaldecoder("utf-8-sig")().decode(head)
        return "utf-8-sig"
    except UnicodeDecodeError:
        return "cp1252"


def find_delimiter(head, encoding):
    """The separator that stands most often in the header; sniffing the data mistakes decimal commas for it."""
    header = head.decode(encoding, "replace").partition("\n")[0]
    return max(",;\t|", key=header.count)


def profile(path, most_rows):
    head = read_head(path)
    encoding = find_encoding(head)
    delimiter = find_delimiter(head, encoding)
    with open(path, newline="", encoding=encoding, errors="replace") as file:
        reader = csv.reader(file, delimiter=delimiter)
        header = [name.strip() for name in next(reader, [])]
        columns = [Column(name) for name in header]
        rows = ragged = duplicates = 0
        seen = set()
        for row in reader:
            if not row:
                continue
            rows += 1
            ragged += len(row) != len(columns)
            if rows <= MOST_ROWS_COMPARED:
                mark = hash(tuple(row))
                duplicates += mark in seen
                seen.add(mark)
            for column, value in zip(columns, row):
                column.add(value)
            if rows == most_rows:
                break
    return {
        "encoding": encoding,
        "delimiter": delimiter,
        "rows": rows,
        "ragged_rows": ragged,
        "duplicate_rows": duplicates,
        "duplicate_columns": sorted(name for name, count in Counter(header).items() if count > 1),
        "columns": [column.report() for column in columns],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--rows", type=int, default=0, help="stop after this many rows")
    arguments = parser.parse_args()
    try:
        json.dump(profile(arguments.file, arguments.rows), sys.stdout, indent=2, ensure_ascii=False)
        print()
    except OSError as error:
        sys.exit(f"{arguments.file}: {error.strerror}")


if __name__ == "__main__":
    main()
