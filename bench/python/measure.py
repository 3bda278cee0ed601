"""Measures spiff-element-units on one workflow and prints one JSON object. Times in ms, sizes in bytes."""

import json
import os
import resource
import shutil
import statistics
import sys
import time

from spiff_element_units import cache_element_units_for_workflow, workflow_from_cached_element_unit

specs_path, folder, top = sys.argv[1:4]
with open(specs_path, encoding="utf-8") as file:
    specs = file.read()


def median(work):
    runs = []
    total = 0.0
    while len(runs) < 3 or (len(runs) < 100 and total < 0.5):
        start = time.perf_counter()
        work()
        runs.append((time.perf_counter() - start) * 1000)
        total += runs[-1] / 1000
        if runs[-1] > 2000:
            break
    return statistics.median(runs)


def cache():
    shutil.rmtree(folder, ignore_errors=True)
    cache_element_units_for_workflow(folder, "k", specs)


cache_time = median(cache)
read_time = median(lambda: workflow_from_cached_element_unit(folder, "k", top, top))
stored = sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"cache": cache_time, "read": read_time, "stored": stored, "peak": peak}))
