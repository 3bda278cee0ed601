"""SpiffWorkflow over units that are read as the run goes, against runs that have everything at once."""

import json
import tempfile
import unittest
from collections import Counter
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from project import CONFORMANCE, ROOT, WORKFLOWS, node, python
from run_lazily import REGISTRY, Answers, LazyRun, called_processes, drive
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState
from unitflow_reader import Store

SCRIPT = ROOT / "examples" / "python-reader" / "run_lazily.py"
COMPANY = WORKFLOWS / "order-company.c.json"


class Recorded(Answers):
    """With the one function that a recorded model expects of its host."""

    def execute(
        self, script: str, context: dict[str, Any], external_context: dict[str, Any] | None = None
    ) -> Any:
        host = {"get_task_data_value": lambda name, default=None: context.get(name, default)}
        return super().execute(script, context, {**(external_context or {}), **host})


def full_run(text: str) -> BpmnWorkflow:
    """A run that has everything."""
    workflow = json.loads(text)
    specs = {id: REGISTRY.restore(spec) for id, spec in workflow["subprocess_specs"].items()}
    run = BpmnWorkflow(REGISTRY.restore(workflow["spec"]), specs, script_engine=PythonScriptEngine(Answers()))
    drive(run, lambda task: None)
    return run


def completed_tasks(workflow: BpmnWorkflow) -> Counter[tuple[str, str]]:
    return Counter(
        (instance.spec.name, task.task_spec.name)
        for instance in [workflow, *workflow.subprocesses.values()]
        for task in instance.tasks.values()
        if task.state == TaskState.COMPLETED
    )


def completed_elements(workflow: BpmnWorkflow) -> Counter[tuple[str, str]]:
    """Without the tasks that nobody drew."""
    return Counter(
        (instance.spec.name, task.task_spec.name)
        for instance in [workflow, *workflow.subprocesses.values()]
        for task in instance.tasks.values()
        if task.state == TaskState.COMPLETED and task.task_spec.bpmn_id is not None
    )


class RunLazily(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.store = Store(folder.name)

    def cache(self, files: dict[str, Path]) -> None:
        jobs = [{"cacheKey": key, "file": str(file)} for key, file in files.items()]
        node("expected-units.mjs", self.store.directory, stdin=jobs)

    def test_U22_the_company_ends_as_with_all_processes_from_the_start(self) -> None:
        self.cache({"company": COMPANY})
        run = LazyRun(self.store, "company", "Order")
        self.assertNotIn("Returns", run.workflow.subprocess_specs)
        run.run()
        full = full_run(COMPANY.read_text(encoding="utf-8"))
        self.assertTrue(run.workflow.completed and full.completed)
        self.assertEqual(full.data["order"]["state"], "closed")
        self.assertEqual(len(full.subprocesses), 57)
        self.assertEqual(run.workflow.data, full.data)
        self.assertEqual(completed_tasks(run.workflow), completed_tasks(full))
        self.assertGreater(sum(completed_tasks(full).values()), 300)
        # It loaded as it went, each process once, and not what the run never came near.
        processes = [load["process"] for load in run.loads]
        self.assertEqual(len(processes), len(set(processes)))
        self.assertGreater(len([load for load in run.loads if load["after"] is not None]), 15)
        self.assertLess(len(run.workflow.subprocess_specs), len(full.subprocess_specs))

    def test_U22_without_loading_the_first_call_is_fatal(self) -> None:
        self.cache({"company": COMPANY})
        run = LazyRun(self.store, "company", "Order")
        with self.assertRaisesRegex(WorkflowException, "was not found"):
            drive(run.workflow, lambda task: None)

    def test_U22_recorded_models_end_as_recorded(self) -> None:
        folder = CONFORMANCE / "lazy"
        records = {
            file.name: json.loads(file.read_text(encoding="utf-8"))
            for file in sorted(folder.glob("*--run.json"))
        }
        chosen: dict[str, dict[str, Any]] = {}
        for name, record in records.items():
            run = record["runs"][0]
            # Others need data at their start, timers, or what is in no file.
            if run["full"]["status"] == "completed" and not run["startData"] and not run["timersFirst"]:
                chosen[name] = record
        self.cache({name: folder / record["specs"] for name, record in chosen.items()})
        for name, record in chosen.items():
            with self.subTest(name):
                expected = record["runs"][0]
                run = LazyRun(self.store, name, record["process"], Recorded())
                # Some of these models print.
                with redirect_stdout(StringIO()):
                    run.run()
                self.assertTrue(run.workflow.completed)
                tasks = Counter((task["process"], task["task"]) for task in expected["full"]["completed"])
                self.assertEqual(completed_elements(run.workflow), tasks)
                self.assertEqual(json.loads(json.dumps(run.workflow.data)), expected["full"]["data"])
                loaded = {load["process"] for load in run.loads[1:]}
                again = {record["process"]} & set(expected["loaded"])
                self.assertEqual(loaded | again, set(expected["loaded"]))
        print(f"({len(chosen)} of {len(records)} recorded models) ", end="")

    def test_U22_what_a_run_asks_for_first_is_as_recorded(self) -> None:
        count = 0
        cases = [json.loads(file.read_text()) for file in sorted((CONFORMANCE / "lazy").glob("*--1.json"))]
        initial = [case for case in cases if case["how"] == "initial"]
        for case in initial:
            specs = json.loads((CONFORMANCE / "lazy" / case["specs"]).read_text(encoding="utf-8"))
            loaded = {id: REGISTRY.restore(specs["subprocess_specs"][id]) for id in case["have"][1:]}
            workflow = BpmnWorkflow(REGISTRY.restore(specs["spec"]), loaded)
            self.assertEqual(sorted(set(called_processes(workflow))), case["named"], case["model"])
            count += 1
        print(f"({count} recorded starts) ", end="")

    def test_U22_the_command_tells_what_it_loaded_and_how_it_ended(self) -> None:
        self.cache({"company": COMPANY, "older": WORKFLOWS / "approval.a.json"})
        done = python(SCRIPT, self.store.directory, "company", "Order")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        report = json.loads(done.stdout)
        self.assertTrue(report["completed"])
        self.assertEqual(report["data"]["order"]["state"], "closed")
        self.assertEqual((report["loads"][0]["process"], report["loads"][0]["after"]), ("Order", None))
        read = sum(load["bytes"] for load in report["loads"])
        self.assertGreater(report["bytes_read"], read)
        self.assertLess(read, COMPANY.stat().st_size)
        for arguments, message in [
            (("company", "Nowhere"), "UnknownProcess"),
            (("older", "Approval"), "NotRestored"),
        ]:
            done = python(SCRIPT, self.store.directory, *arguments)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertRegex(done.stderr, rf"^{message}: .*\n$")


if __name__ == "__main__":
    unittest.main()
