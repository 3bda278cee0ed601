"""Specs made from BPMN and DMN files: the package takes them, and SpiffWorkflow runs them."""

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

from export_specs import PARSERS, ExportError, export_specs
from project import MODELS, ROOT, node, python
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

SCRIPT = ROOT / "examples" / "export-specs" / "export_specs.py"
ORDER = MODELS / "order.bpmn"
DELIVERY = MODELS / "delivery.bpmn"

DEFINITIONS = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">{}</bpmn:definitions>'
)
DECISION = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Postage" namespace="n">
  <decision id="Postage" name="Postage"><decisionTable id="t">
    <input id="i"><inputExpression id="ie" typeRef="number"><text>weight</text></inputExpression></input>
    <output id="o" name="postage" typeRef="number" />
    <rule id="r1"><inputEntry id="e1"><text>&lt; 5</text></inputEntry><outputEntry id="o1"><text>3</text></outputEntry></rule>
    <rule id="r2"><inputEntry id="e2"><text>&gt;= 5</text></inputEntry><outputEntry id="o2"><text>9</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>"""
EXTENSION = (
    '<bpmn:extensionElements><spiff:calledDecisionId xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core">'
    "Postage</spiff:calledDecisionId></bpmn:extensionElements>"
)


def process(id: str, *calls: str, task: str = "", executable: str = "true") -> str:
    """A process that makes these calls one after the other."""
    tasks = [task] if task else []
    tasks += [
        f'<bpmn:callActivity id="{id}_calls_{call}" calledElement="{call}">{{}}</bpmn:callActivity>'
        for call in calls
    ]
    ids = [f"{id}_start", *(text.split('"')[1] for text in tasks), f"{id}_end"]
    flows = [
        f'<bpmn:sequenceFlow id="{a}_to_{b}" sourceRef="{a}" targetRef="{b}" />' for a, b in zip(ids, ids[1:])
    ]
    links = [
        f"<bpmn:incoming>{a}_to_{b}</bpmn:incoming><bpmn:outgoing>{b}_to_{c}</bpmn:outgoing>"
        for a, b, c in zip(ids, ids[1:], ids[2:])
    ]
    return (
        f'<bpmn:process id="{id}" isExecutable="{executable}">'
        f'<bpmn:startEvent id="{ids[0]}"><bpmn:outgoing>{ids[0]}_to_{ids[1]}</bpmn:outgoing></bpmn:startEvent>'
        + "".join(text.format(link) for text, link in zip(tasks, links))
        + f'<bpmn:endEvent id="{ids[-1]}"><bpmn:incoming>{ids[-2]}_to_{ids[-1]}</bpmn:incoming></bpmn:endEvent>'
        + "".join(flows)
        + "</bpmn:process>"
    )


def run(workflow: dict[str, Any], parser: str = "spiff", **data: Any) -> BpmnWorkflow:
    """Runs an exported workflow from its JSON; human tasks are completed without data."""
    registry = BpmnWorkflowSerializer.configure(PARSERS[parser][1])
    workflow = json.loads(json.dumps(workflow))
    specs = {id: registry.restore(spec) for id, spec in workflow["subprocess_specs"].items()}
    running = BpmnWorkflow(registry.restore(workflow["spec"]), specs)
    running.task_tree.set_data(**data)
    running.do_engine_steps()
    while ready := running.get_tasks(state=TaskState.READY, manual=True):
        ready[0].run()
        running.do_engine_steps()
    return running


class ExportSpecs(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name: str, *processes: str) -> Path:
        path = self.folder / name
        path.write_text(DEFINITIONS.format("".join(processes)), encoding="utf-8")
        return path

    def described(self, workflow: dict[str, Any]) -> dict[str, Any]:
        described: dict[str, Any] = json.loads(node("describe-export.mjs", stdin=workflow))
        return described

    def test_U1_the_models_are_exported_taken_apart_and_run(self) -> None:
        for parser in PARSERS:
            with self.subTest(parser):
                workflow, missing = export_specs([DELIVERY, ORDER], parser_name=parser)
                self.assertEqual(missing, [])
                self.assertEqual(set(workflow), {"spec", "subprocess_specs", "serializer_version"})
                described = self.described(workflow)
                self.assertEqual(described["top"], "Order")
                found = {process["id"]: process for process in described["processes"]}
                self.assertEqual(set(found), {"Order", "Delivery", "Pack"})
                self.assertEqual(found["Order"]["calls"], ["Delivery"])
                # Camunda's parser writes a drawn subprocess as a call.
                kind = "calls" if parser == "camunda" else "embeds"
                self.assertEqual(found["Delivery"][kind], ["Pack"])
                for element in ("Enter_Order", "Add_Up", "Deliver", "Pack", "Fill_Box"):
                    self.assertIn(element, described["elements"])
                ended = run(workflow, parser)
                self.assertTrue(ended.completed)
                self.assertEqual(ended.data["total"], 13)
                self.assertEqual(ended.data["parcel"], "parcel of 2")

    def test_U1_the_command_writes_what_the_package_takes(self) -> None:
        output = self.folder / "specs.json"
        done = python(SCRIPT, "--process", "Order", "-o", output, ORDER, DELIVERY)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        printed = python(SCRIPT, "order.bpmn", "delivery.bpmn", folder=MODELS)
        self.assertEqual((printed.returncode, printed.stderr), (0, ""))
        # The folder in which the files lie leaves no trace.
        self.assertEqual(printed.stdout, output.read_text(encoding="utf-8"))
        self.assertNotIn(str(MODELS), printed.stdout)
        self.assertEqual(self.described(json.loads(printed.stdout))["top"], "Order")

    def test_U19_a_called_process_in_no_file_is_named_and_left_out(self) -> None:
        done = python(SCRIPT, ORDER)
        self.assertEqual((done.returncode, done.stderr), (0, "called, but in none of the files: Delivery\n"))
        [order] = self.described(json.loads(done.stdout))["processes"]
        self.assertEqual(order["missing"], ["Delivery"])
        deep = self.file("deep.bpmn", process("A", "B"), process("B", "C"))
        self.assertEqual(export_specs([deep])[1], ["C"])

    def test_U21_calls_in_circles_are_exported_once(self) -> None:
        file = self.file(
            "circle.bpmn", process("Top", "Ping", "Top"), process("Ping", "Pong"), process("Pong", "Ping")
        )
        workflow, missing = export_specs([file])
        self.assertEqual((workflow["spec"]["name"], missing), ("Top", []))
        self.assertEqual(sorted(workflow["subprocess_specs"]), ["Ping", "Pong", "Top"])
        self.assertEqual(len(self.described(workflow)["processes"]), 3)

    def test_U1_decision_tables_come_with_the_task_that_asks_them(self) -> None:
        task = f'<bpmn:businessRuleTask id="Ask">{EXTENSION}{{}}</bpmn:businessRuleTask>'
        bpmn = self.file("parcel.bpmn", process("Parcel", task=task))
        dmn = self.folder / "postage.dmn"
        dmn.write_text(DECISION, encoding="utf-8")
        workflow, _ = export_specs([dmn, bpmn])
        self.assertEqual(self.described(workflow)["top"], "Parcel")
        self.assertEqual(run(workflow, weight=7).data["postage"], 9)
        self.assertEqual(run(workflow, weight=2).data["postage"], 3)
        with self.assertRaisesRegex(ExportError, "Postage"):
            export_specs([bpmn])
        with self.assertRaisesRegex(ExportError, "use --parser spiff or camunda"):
            export_specs([dmn, bpmn], parser_name="bpmn")

    def test_U19_a_collaboration_can_be_the_one_to_start(self) -> None:
        pools = '<bpmn:participant id="p" processRef="A" /><bpmn:participant id="q" processRef="B" />'
        file = self.file(
            "pools.bpmn",
            f'<bpmn:collaboration id="Both">{pools}</bpmn:collaboration>',
            process("A"),
            process("B"),
        )
        workflow, _ = export_specs([file], "Both")
        [both] = [process for process in self.described(workflow)["processes"] if process["id"] == "Both"]
        self.assertEqual(both["calls"], ["A", "B"])
        self.assertTrue(run(workflow).completed)

    def test_U33_errors_say_in_one_line_what_is_wrong(self) -> None:
        several = self.file("several.bpmn", process("A", "C"), process("B"), process("C"))
        circle = self.file("circle.bpmn", process("D", "E"), process("E", "D"))
        drawing = self.file("drawing.bpmn", process("F", executable="false"))
        unfinished = self.folder / "unfinished.bpmn"
        unfinished.write_text(
            ORDER.read_text(encoding="utf-8").replace('targetRef="Deliver"', 'targetRef="Nowhere"')
        )
        page = self.folder / "page.xml"
        page.write_text("<html/>", encoding="utf-8")
        text = self.folder / "text.bpmn"
        text.write_text("not XML", encoding="utf-8")
        wrong: list[tuple[list[str | Path], str]] = [
            ([several], "several processes are not called by others, choose one with --process: A, B"),
            ([circle], "every process is called by another, choose one with --process: D, E"),
            ([drawing], "there is no executable process in these files"),
            (["--process", "X", several], "there is no process 'X', only: A, B, C"),
            ([ORDER, ORDER], "order.bpmn .*Duplicate process ID: Order"),
            ([unfinished], "unfinished.bpmn .*Nowhere"),
            ([page], ".*page.xml is neither BPMN nor DMN: its first element is <html>"),
            ([text], ".*text.bpmn is no XML: .*"),
            ([self.folder / "nowhere.bpmn"], ".*nowhere.bpmn cannot be read: .*"),
            (["-o", self.folder / "no" / "where", ORDER, DELIVERY], ".*where cannot be written: .*"),
        ]
        for arguments, message in wrong:
            done = python(SCRIPT, *arguments)
            self.assertEqual((done.returncode, done.stdout), (1, ""), message)
            self.assertRegex(done.stderr, rf"^{message}.*\n$")


if __name__ == "__main__":
    unittest.main()
