"""The Python reader against what the package itself reads from the same caches."""

import base64
import hashlib
import json
import random
import tempfile
import unittest
from pathlib import Path
from typing import Any

from project import ROOT, WORKFLOWS, conformance_cases, node, parse, python
from random_workflow import many_objects_workflow, random_workflow
from unitflow_reader import CacheError, Element, Store, Unit, read_root, read_unit

READER = ROOT / "examples" / "python-reader" / "unitflow_reader.py"


def elements_of(row: dict[str, Any]) -> list[Element]:
    return [
        element if isinstance(element, str) else (element["processId"], element["elementId"])
        for element in row["elements"]
    ]


def part_names(hashes: list[str]) -> list[str]:
    return [base64.urlsafe_b64decode(hash + "=")[:20].hex() for hash in hashes]


class ReaderTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.store = Store(self.folder / "store")

    def expect(self, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        printed = node("expected-units.mjs", self.store.directory, stdin=jobs)
        return [json.loads(line) for line in printed.split("\n") if line]

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def assert_same(self, row: dict[str, Any]) -> Unit | None:
        """What our own reader gave and what the Python one gives, error for error and text for text."""
        asked = f"{row['cacheKey']!r} {row['processId']!r} {row['elements']!r}"
        try:
            unit = read_unit(self.store, row["cacheKey"], row["processId"], elements_of(row))
        except CacheError as error:
            self.assertEqual(error.code, row.get("error"), asked)
            return None
        self.assertNotIn("error", row, asked)
        for field in ("included", "lazy", "missing", "reentered", "rest"):
            self.assertEqual(getattr(unit, field), row[field], f"{field} of {asked}")
        hashes = [[id, hashlib.sha256(text.encode("utf-8")).hexdigest()] for id, text in unit.specs.items()]
        self.assertEqual(hashes, row["specs"], asked)
        if "json" in row:
            self.assertEqual(parse(unit.json()), parse(row["json"]), asked)
        return unit

    def test_U19_U20_units_of_the_example_workflows(self) -> None:
        again = [{"processId": "Carton_Split", "elements": ["Carton_Split"]}]
        jobs = [
            {
                "cacheKey": file.stem,
                "file": str(file),
                "resumes": 60,
                "requests": again if file.stem == "order-company.c" else [],
            }
            for file in sorted(WORKFLOWS.glob("*.json"))
        ]
        self.assertGreaterEqual(len(jobs), 6)
        rows = self.expect(jobs)
        for row in rows:
            self.assert_same(row)
        self.assertGreater(len(rows), 400)
        self.assertTrue(any(row.get("reentered") for row in rows))

    def test_U19_U20_units_of_a_workflow_whose_manifest_is_in_parts(self) -> None:
        rows = self.expect([{"cacheKey": "large", "generate": {"processes": 300}, "resumes": 120}])
        self.assertNotIn("objects", read_root(self.store, "large").manifest)
        self.assertGreater(len(rows), 500)
        for row in rows:
            self.assert_same(row)

    def test_U19_U20_units_of_a_start_that_takes_the_graph(self) -> None:
        again = [{"processId": "Top", "elements": [id]} for id in ("Top", "Answer", "In_Shared_07")]
        file = self.file("many.json", json.dumps(many_objects_workflow()))
        rows = self.expect([{"cacheKey": "many", "file": file, "resumes": 60, "requests": again}])
        manifest = read_root(self.store, "many").manifest
        self.assertIn("restObject", manifest)
        parts = [self.store.directory / "v2/objects" / name for name in part_names(manifest["locators"])]
        self.assertTrue(any(b'"graph"' in part.read_bytes() for part in parts), "no locator takes the graph")
        for row in rows:
            self.assert_same(row)

    def test_U21_units_of_random_workflows(self) -> None:
        chance = random.Random(20)
        jobs = []
        for number in range(60):
            workflow = random_workflow(chance, chance.choice([2, 3, 5, 8, 13, 120]))
            file = self.file(f"{number}.json", json.dumps(workflow))
            jobs.append({"cacheKey": f"random {number}", "file": file, "resumes": 30})
        rows = self.expect(jobs)
        split = [job for job in jobs if "objects" not in read_root(self.store, job["cacheKey"]).manifest]
        self.assertGreater(len(split), 3)
        self.assertGreater(len(jobs) - len(split), 20)
        units = [self.assert_same(row) for row in rows]
        # Each kind of answer occurs, or the comparison says little.
        self.assertIn(None, units)
        read = [unit for unit in units if unit is not None]
        for field in ("lazy", "missing", "reentered"):
            self.assertTrue(any(getattr(unit, field) for unit in read), field)

    def test_U1_U21_recorded_facts(self) -> None:
        cases = [case for group in ("test-cases", "models", "hostile") for case in conformance_cases(group)]
        facts = {case.name: json.loads((case / "facts.json").read_text(encoding="utf-8")) for case in cases}
        self.expect([{"cacheKey": case.name, "file": str(case / "specs.json")} for case in cases])
        count = 0
        for name, fact in facts.items():
            for id, expected in fact["start"].items():
                self.assert_facts(name, id, [], expected)
                count += 1
            for row in [*fact["resume"], *fact["resume_by_process_id"]]:
                elements = [
                    (e["process"], e["element"]) if "process" in e else e["element"] for e in row["elements"]
                ]
                self.assert_facts(name, row["process"], elements, row)
                count += 1
            for kept in fact.get("preserved", []):
                self.assert_preserved(name, kept)
        print(f"({len(cases)} recorded cases, {count} units) ", end="")

    def assert_facts(self, name: str, id: str, elements: list[Element], expected: dict[str, Any]) -> None:
        asked = f"{name} {id!r} {elements!r}"
        try:
            unit = read_unit(self.store, name, id, elements)
        except CacheError as error:
            self.assertEqual(expected.get("error"), "not found", asked)
            self.assertEqual(error.code, "unknown-element", asked)
            return
        self.assertNotIn("error", expected, asked)
        for field in ("included", "lazy", "missing"):
            self.assertEqual(getattr(unit, field), expected[field], f"{field} of {asked}")
        self.assertEqual([id] if unit.reentered else [], expected.get("also_loaded", []), asked)
        under = json.loads(unit.json())["subprocess_specs"]
        self.assertEqual(set(under), set(unit.included) - {id} | set(expected.get("also_loaded", [])), asked)

    def assert_preserved(self, name: str, kept: dict[str, Any]) -> None:
        value = parse(read_unit(self.store, name, kept["process"]).json())["spec"]
        for step in kept["pointer"].split("/")[1:]:
            value = value[
                int(step) if isinstance(value, list) else step.replace("~1", "/").replace("~0", "~")
            ]
        expected = parse(kept["text"])
        self.assertEqual(value, expected, f"{name} {kept['pointer']}")

    def test_U15_a_stamp_replaces_every_serializer_version(self) -> None:
        workflow = random_workflow(random.Random(3), 2)
        text = (
            json.dumps(workflow)[:-1]
            + ', "serializer_version": [{"a": "}]"}], "x": "\\"}", "serializer_version": 1.50}'
        )
        self.expect([{"cacheKey": "stamped", "file": self.file("stamped.json", text)}])
        unit = read_unit(self.store, "stamped", workflow["spec"]["name"])
        self.assertEqual(json.loads(unit.json())["serializer_version"], 1.5)
        self.assertIn('"serializer_version":1.50', unit.json())
        stamped = unit.json(stamp="mine")
        self.assertEqual(stamped.count('"serializer_version"'), 1)
        self.assertEqual(json.loads(stamped), {**json.loads(unit.json()), "serializer_version": "mine"})

    def test_U20_the_command_prints_the_unit_or_one_line_about_what_is_wrong(self) -> None:
        self.expect([{"cacheKey": "company", "file": str(WORKFLOWS / "order-company.c.json")}])
        store = self.store.directory
        for arguments, elements in [
            ([], []),
            (["--at", "Wait_For_Goods", "Send_Mail"], ["Wait_For_Goods", "Send_Mail"]),
            (["--at-in", "Payment", "StartEvent_1"], [("Payment", "StartEvent_1")]),
        ]:
            done = python(READER, store, "company", "Order", *arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(done.stdout, read_unit(self.store, "company", "Order", elements).json() + "\n")
        for arguments, code in [
            ([store, "nothing", "Order"], "unknown-cache-key"),
            ([store, "company", "two\nlines"], "unknown-process"),
            ([store, "company", "Order", "--at", "nowhere"], "unknown-element"),
            ([self.folder / "nowhere", "company", "Order"], "store-missing"),
        ]:
            done = python(READER, *arguments)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertRegex(done.stderr, rf"^{code}: .*\n$")


if __name__ == "__main__":
    unittest.main()
