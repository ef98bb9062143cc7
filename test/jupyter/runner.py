"""Lists or runs the unittest cases of files, one JSON line each, for python.test.ts.

    python runner.py list FILE...    {"file", "id", "name"} per test
    python runner.py run FILE ID...  {"id", "state", "detail"} per test, as each one ends
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
import unittest
from pathlib import Path
from typing import Any


def tests_of(path: str) -> list[unittest.TestCase]:
    """The cases that a file itself declares, in its order, also those inherited by its classes."""
    module = importlib.import_module(Path(path).stem)
    loader = unittest.TestLoader()
    cases = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, unittest.TestCase)
        and kind.__module__ == module.__name__
    ]
    return [kind(name) for kind in cases for name in loader.getTestCaseNames(kind)]


def identity(test: unittest.TestCase) -> str:
    return test.id().split(".", 1)[1]


class Report(unittest.TestResult):
    """One line per test. A test whose sub-test failed has failed; one that only skipped, skipped.

    A class whose set-up failed runs none of its tests: each of them has failed for that reason.
    """

    def __init__(self, tests: list[unittest.TestCase]) -> None:
        super().__init__()
        self.tests = tests

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.failed: list[str] = []
        self.reasons: list[str] = []

    def addFailure(self, test: Any, err: Any) -> None:
        detail = "".join(traceback.format_exception(*err))
        if isinstance(test, unittest.TestCase):
            self.failed.append(detail)
            return
        for one in self.tests:  # `test` stands for a set-up and reads "setUpClass (module.Class)"
            if f".{type(one).__name__})" in str(test):
                say({"id": identity(one), "state": "failed", "detail": detail})

    addError = addFailure

    def addSubTest(self, test: unittest.TestCase, subtest: Any, err: Any) -> None:
        if err is not None:
            self.failed.append(f"{subtest}\n{''.join(traceback.format_exception(*err))}")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.reasons.append(reason)

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        state = "failed" if self.failed else "skipped" if self.reasons else "passed"
        detail = "\n".join(self.failed or self.reasons)
        say({"id": identity(test), "state": state, "detail": detail})


def say(line: dict[str, str]) -> None:
    lines.write(json.dumps(line) + "\n")
    lines.flush()


def main(command: str, *arguments: str) -> None:
    if command == "list":
        for path in arguments:
            for test in tests_of(path):
                name = test.id().split(".test_")[-1].replace("_", " ")
                say({"file": path, "id": identity(test), "name": name})
        return
    path, *chosen = arguments
    tests = [test for test in tests_of(path) if identity(test) in chosen]
    unittest.TestSuite(tests).run(Report(tests))


if __name__ == "__main__":
    # What kernels and tests print must not mix with the lines: they get stderr instead.
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    main(*sys.argv[1:])
