"""Workflows of no sense, with every kind of reference and of id."""

import random
from typing import Any

IDS = [
    "",
    "__proto__",
    "constructor",
    "a/b",
    "../x",
    "é",
    "\U0001f600",
    "\uffff",
    "\ud800",
    "\udc00x",
    "two\nlines",
    '"',
]
CALLS = "CallActivity"
EMBEDS = ("SubWorkflowTask", "TransactionSubprocess", "EventSubprocess")


def task(name: str, typename: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "typename": typename, "inputs": [], "outputs": [], "bpmn_id": name, **more}


def process(name: str, tasks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": name,
        "typename": "BpmnProcessSpec",
        "task_specs": {task["name"]: task for task in tasks},
        "data_objects": {},
        "correlation_keys": {},
        "io_specification": None,
    }


def random_workflow(chance: random.Random, size: int) -> dict[str, Any]:
    """`size` processes that call, embed and trigger one another, also in circles; some targets are not there."""
    ids = chance.sample(IDS, min(size // 2, len(IDS)))
    ids += [f"P{number}" for number in range(size - len(ids))]
    chance.shuffle(ids)
    density = chance.choice([0.3, 1, 2])
    processes = {id: process(id, random_tasks(chance, ids, density)) for id in ids}
    top = processes[ids[0]]
    if chance.random() < 0.7:
        del processes[ids[0]]
    return {"spec": top, "subprocess_specs": processes, "serializer_version": chance.choice(["1", None, 1.0])}


def random_tasks(chance: random.Random, ids: list[str], density: float) -> list[dict[str, Any]]:
    tasks = [task(chance.choice(["Start", "End", "é"]), "UserTask")]
    tasks += [
        task(f"Work_{chance.randrange(10 * len(ids))}_{'x' * 60}", "UserTask")
        for _ in range(chance.randrange(6))
    ]
    tasks.append(task("Internal", "SimpleBpmnTask", bpmn_id=None))
    names = []
    for number in range(round(chance.expovariate(1 / density)) if density else 0):
        target = "not there" if chance.random() < 0.15 else chance.choice(ids)
        kind = chance.choice([CALLS, CALLS, *EMBEDS, "OfTheirOwn", "OfTheirOwn"])
        # A task of an unknown type embeds what has its own id.
        own = chance.random() < 0.5 and (kind in EMBEDS or kind == "OfTheirOwn")
        name = target if own else f"Task_{number}"
        tasks.append(task(name, kind, spec=target))
        names.append(name)
    triggered = [name for name in names if chance.random() < 0.2]
    tasks.append(task("Begin", "BpmnStartTask", bpmn_id=None, trigger_specs=triggered))
    return tasks


def many_objects_workflow() -> dict[str, Any]:
    """A process that embeds more shared subprocesses than its locator lists, and triggers another."""
    shared = [f"Shared_{number:02}" for number in range(600)]
    embed = [task(id, "SubWorkflowTask", spec=id) for id in shared]
    processes = {id: process(id, [task(f"In_{id}", "UserTask")]) for id in shared}
    processes["Other"] = process("Other", [*embed, task("Again", CALLS, spec="Top")])
    for number in range(300):
        processes[f"Far_{number}"] = process(f"Far_{number}", [task(f"Far_Away_{number}", "UserTask")])
    processes["Partner"] = process("Partner", [task("Answer", "UserTask")])
    calls = [
        task("Call", CALLS, spec="Other"),
        task("Lost", CALLS, spec="Nowhere"),
        task("Ask", CALLS, spec="Partner"),
    ]
    begin = task("Begin", "BpmnStartTask", bpmn_id=None, trigger_specs=["Ask"])
    top = process("Top", [begin, *embed, *calls])
    return {"spec": top, "subprocess_specs": processes, "notes": "x" * 5000, "serializer_version": "1"}
