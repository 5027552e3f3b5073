"""Times `dami prepare`, file written, beside polars and pandas computing the same baskets without storing them.

    python run.py DAMI FOLDER [ROUNDS]

Rounds are interleaved, so that a machine that is busy with other things is as busy for each. polars and pandas are timed
from behind their import; dami from its start to its end. CPU is user and system time of all threads.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def timed(command):
    """Wall seconds, CPU seconds, the largest resident memory in MB, and what was printed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} failed")
    wall = time.perf_counter() - start
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output


def in_python(function, folder):
    code = (
        f"import sys, time, resource; sys.path.insert(0, {HERE!r}); import rules; import {function.split('_')[0]}\n"
        "def cpu():\n    u = resource.getrusage(resource.RUSAGE_SELF); return u.ru_utime + u.ru_stime\n"
        f"t, c = time.perf_counter(), cpu(); rules.{function}({folder!r}); print(time.perf_counter() - t, cpu() - c)"
    )
    _, _, memory, output = timed([sys.executable, "-c", code])
    wall, cpu = map(float, output.split()[-2:])
    return wall, cpu, memory


def main():
    dami, folder = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    results = {"dami": [], "polars": [], "pandas": []}
    with tempfile.TemporaryDirectory() as directory:
        shop = f"{directory}/shop.db"
        for number in range(rounds):
            *times, output = timed([dami, "prepare", folder, "--output", shop, "--replace", "--json"])
            results["dami"].append(times)
            results["polars"].append(in_python("polars_baskets", folder))
            # Pandas takes long; twice is enough.
            if number < 2:
                results["pandas"].append(in_python("pandas_rules", folder))
    rows = json.loads(output)["rows"]["product"]
    print(f"{rows} Product rows, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, medians of {rounds} rounds")
    print("| | wall s | CPU s | rows/s | memory MB |")
    print("| --- | --- | --- | --- | --- |")
    for name, measured in results.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*measured))
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {rows / wall / 1e6:.2f} M | {memory:.0f} |")
    for name in ["polars", "pandas"]:
        ratios = [theirs[0] / ours[0] for theirs, ours in zip(results[name], results["dami"])]
        print(f"{name} takes {statistics.median(ratios):.2f} times as long as dami ({min(ratios):.2f} to {max(ratios):.2f})")


main()
