"""What `comparisons` makes of expressions is what CPython makes of them: other ones at each run."""

import json
import random
import unittest

from make_expressions import FIXTURE, make_cases, outcome
from project import node


class Expressions(unittest.TestCase):
    def test_U36_fresh_expressions(self) -> None:
        seed = random.randrange(2**32)
        made = make_cases(seed, count=5000, longest=300)
        outcomes = [case[2] if isinstance(case[2], str) else "value" for case in made["cases"]]
        self.assertGreater(outcomes.count("value"), 1000)
        self.assertEqual(json.loads(node("compare-expressions.mjs", stdin=made)), [], f"seed {seed}")
        print(f"({len(outcomes)} expressions of seed {seed}) ", end="")

    def test_U36_the_recorded_outcomes_are_those_of_this_python(self) -> None:
        recorded = json.loads(FIXTURE.read_text(encoding="utf-8"))
        self.assertGreater(len(recorded["cases"]), 3000)
        for text, data, said in recorded["cases"]:
            again = outcome(text, recorded["data"][data])
            self.assertEqual(json.loads(json.dumps(again)), said, text)


if __name__ == "__main__":
    unittest.main()
