"""Runs the tests of this folder and ends with one line that counts them."""

import sys
import unittest
from pathlib import Path


def main() -> int:
    suite = unittest.defaultTestLoader.discover(str(Path(__file__).parent))
    count = suite.countTestCases()
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    bad = [test for test, _ in result.failures + result.errors + result.skipped]
    bad += result.unexpectedSuccesses
    # Several parts of a test may fail, and tests that never ran (setUpClass broke) have failed too.
    failed = len({getattr(test, "test_case", test) for test in bad if isinstance(test, unittest.TestCase)})
    failed = max(failed + count - result.testsRun, 1 if bad else 0)
    print(f"python: {count - failed} passed, {failed} failed")
    return 0 if count > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
