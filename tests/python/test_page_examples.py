"""The bytes and tables that docs/cache-layout.md shows, given to the reader that was written from it."""

import hashlib
import json
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from project import NODE, ROOT, node
from unitflow_reader import Store, Unit, UnknownElement, read_unit

PAGE = (ROOT / "docs" / "cache-layout.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    _, _, rest = PAGE.partition(f"\n## {title}\n")
    if not rest:
        raise AssertionError(f"the page has no section {title!r}")
    return rest.partition("\n## ")[0]


def summary(unit: Unit) -> tuple[list[str], list[str], list[str]]:
    return unit.included, unit.lazy, unit.missing


class PageExamples(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_U17_values_shown_on_the_page_are_read_as_its_table_says(self) -> None:
        text = section("17. Worked example")
        shown = re.findall(
            r"`(v2/(?:roots|objects)/[0-9a-f]+)`, ([0-9,]+) bytes.*?```json\n(.*?)```", text, re.DOTALL
        )
        self.assertEqual(len(shown), 3)
        for key, size, block in shown:
            file = self.folder / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(block.encode("utf-8"))
            self.assertEqual(file.stat().st_size, int(size.replace(",", "")), key)
        store = Store(self.folder)
        start = read_unit(store, "orders", "Order")
        self.assertEqual(summary(start), (["Order"], ["Pay"], ["Ship"]))
        self.assertEqual(len(start.json()), 546)
        workflow, pay = re.findall(r'```json\n(\{"spec".*?)\n```', text)
        self.assertEqual(read_unit(store, "orders", "Pay").json(), pay)
        for element in ("Enter_Card", "Pay"):
            unit = read_unit(store, "orders", "Order", [element])
            self.assertEqual(summary(unit), (["Order", "Pay"], [], ["Ship"]))
            self.assertEqual(unit.json(), workflow)
        self.assertEqual(
            summary(read_unit(store, "orders", "Order", ["Pay_Call"])), (["Order"], ["Pay"], ["Ship"])
        )
        with self.assertRaises(UnknownElement):
            read_unit(store, "orders", "Pay", ["Pay_Call"])

    def test_U18_the_program_of_the_page_gives_a_manifest_in_parts_that_is_read_as_its_table_says(
        self,
    ) -> None:
        text = section("18. Worked example in parts")
        program = re.search(r"```js\n(.*?)```", text, re.DOTALL)
        assert program is not None
        (self.folder / "program.mjs").write_text(program[1], encoding="utf-8")
        printed = subprocess.run([NODE, self.folder / "program.mjs"], capture_output=True, check=True).stdout
        workflow = printed.removesuffix(b"\n")
        self.assertIn(f"`{hashlib.sha256(workflow).hexdigest()}`", text)
        file = self.folder / "workflow.json"
        file.write_bytes(workflow)
        cached = self.folder / "store"
        node("expected-units.mjs", cached, stdin=[{"cacheKey": "parted", "file": str(file)}])
        store = Store(cached)
        for process, elements, expected in [
            ("P000", [], (["Inside", "P000"], ["P001"], ["Gone"])),
            ("Inside", [], (["Inside"], [], [])),
            ("P097", ["Work_99"], (["P097", "P098", "P099"], [], [])),
            ("P120", ["Work_120"], (["P120"], [], [])),
        ]:
            self.assertEqual(summary(read_unit(store, "parted", process, elements)), expected, process)
        with self.assertRaises(UnknownElement):
            read_unit(store, "parted", "P120", ["Work_99"])
        root = (cached / "v2/roots" / hashlib.sha256(b"parted").hexdigest()).read_text(encoding="utf-8")
        self.assertIn(root.split("\n")[1], text, "the root is not the one on the page")
        # Each value that the page names is there.
        for name in json.loads(root.split("\n")[1])["details"]:
            self.assertIn(name, text)

    def test_U28_roots_of_odd_cache_keys_are_where_the_page_says(self) -> None:
        rows = re.findall(r"\| (.+?) \| `([0-9a-f]{64})` \|", section("3. Store keys and files"))
        odd = {"(empty)": "", "U+D800 alone": "\ud800"}
        found = {odd.get(name, name.split("`")[1] if "`" in name else name): digits for name, digits in rows}
        self.assertEqual(len(found), 6)
        file = ROOT / "examples" / "workflows" / "single-process.c.json"
        node("expected-units.mjs", self.folder, stdin=[{"cacheKey": key, "file": str(file)} for key in found])
        top = json.loads(file.read_text(encoding="utf-8"))["spec"]["name"]
        for key, digits in found.items():
            self.assertTrue((self.folder / "v2/roots" / digits).is_file(), repr(key))
            self.assertEqual(read_unit(Store(self.folder), key, top).included, [top])


if __name__ == "__main__":
    unittest.main()
