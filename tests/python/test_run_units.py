"""A run from units, bound by functions, against the same run in SpiffWorkflow, which has everything and runs the scripts."""

import json
import unittest
from collections import Counter

from project import node
from test_run_lazily import COMPANY, completed_elements, full_run


class RunUnits(unittest.TestCase):
    def test_U37_the_company_completes_what_it_completes_in_spiffworkflow(self) -> None:
        ours = json.loads(node("run-company.mjs", COMPANY, "Order"))
        full = full_run(COMPANY.read_text(encoding="utf-8"))
        self.assertTrue(full.completed)
        self.assertEqual(ours["result"]["type"], "completed")
        self.assertEqual(ours["result"]["result"], json.loads(json.dumps(full.data)))
        self.assertEqual(ours["result"]["result"]["order"]["state"], "closed")
        completed = Counter(
            (one["process"], one["element"] + (" [child]" if one.get("turn") else ""))
            for one in ours["completed"]
        )
        self.assertEqual(completed, completed_elements(full))
        print(f"({completed.total()} elements) ", end="")


if __name__ == "__main__":
    unittest.main()
