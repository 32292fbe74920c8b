"""Runs Cabrio and the NumPy programs of `peers.py` on the same three deals, and prints who takes how long for a path.

    cargo build --release && python3 benches/peers/compare.py [--paths 1000000] [--rounds 3] [--cabrio FILE]

Needs NumPy; nothing of it is needed to build or test Cabrio. Cabrio's time is that of the whole command, tables, charts and
report included, at `--paths` less that at a fifth of them, so that what does not depend on paths drops out (terms are priced
on 65,536 paths: a fifth should not be fewer); NumPy's is that of simulating and summing up in one running program. On one core
CPU time counts, which a loaded machine does not spoil; two cores are compared by the clock, and want a quiet machine. The least of
several rounds is taken, the programs in turn. Exits with 1 if a mean present value is further than four standard errors from
the other.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import peers

HERE = Path(__file__).resolve().parent
DEALS = {"note": peers.note, "tranches": peers.tranches, "stack": peers.stack}
MILLION = 1e6


def cabrio(program, deal, paths, threads, folder):
    """Seconds by the clock and of CPU, and the mean present value in millions with its standard error."""
    command = [program, "run", HERE / f"{deal}.toml", "--paths", str(paths), "--threads", str(threads)]
    start, used = time.perf_counter(), cpu_of_children()
    subprocess.run([*command, "--out", folder / deal, "--quiet"], check=True, capture_output=True)
    seconds = np.array([time.perf_counter() - start, cpu_of_children() - used])
    summary = json.loads((folder / deal / "summary.json").read_text())
    mean = summary["cases"][0]["present_value"]["mean"]
    return seconds, mean["value"] / MILLION, mean["standard_error"] / MILLION


def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def numpy(deal, paths, seed):
    start = np.array([time.perf_counter(), time.process_time()])
    found = peers.run(DEALS[deal], paths, seed)
    return np.array([time.perf_counter(), time.process_time()]) - start, found["mean"], found["standard_error"]


def measure(program, deal, options, folder):
    """Least seconds a path, by the clock and of CPU, for Cabrio by number of threads and for NumPy."""
    few = options.paths // 5
    least = {key: np.full(2, np.inf) for key in (1, 2, "numpy")}
    for number in range(options.rounds):
        for threads in (1, 2):
            many_seconds, *ours = cabrio(program, deal, options.paths, threads, folder)
            few_seconds, *_ = cabrio(program, deal, few, threads, folder)
            per_path = (many_seconds - few_seconds) / (options.paths - few)
            least[threads] = np.minimum(least[threads], per_path)
        seconds, *theirs = numpy(deal, options.paths, number)
        least["numpy"] = np.minimum(least["numpy"], seconds / options.paths)
    return least, ours, theirs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paths", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cabrio", type=Path, default=HERE.parents[1] / "target/release/cabrio")
    options = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("OPENBLAS_")]:
        del os.environ[name]
    heads = ["numpy", "1 core", "ratio", "2 cores", "ratio", "2 over 1"]
    print(f"{'ns a path':<10}" + "".join(f"{head:>9}" for head in heads) + "  mean present value, in millions")
    agree = True
    with tempfile.TemporaryDirectory() as folder:
        for deal in DEALS:
            least, ours, theirs = measure(options.cabrio, deal, options, Path(folder))
            (clock, one), (two, _), (peer_clock, peer) = (1e9 * least[key] for key in (1, 2, "numpy"))
            distance = abs(ours[0] - theirs[0]) / (ours[1] ** 2 + theirs[1] ** 2) ** 0.5
            agree &= distance <= 4.0
            means = f"{ours[0]:.4f} ± {ours[1]:.4f} and {theirs[0]:.4f} ± {theirs[1]:.4f}: {distance:.1f} standard errors"
            row = f"{peer:9.0f}{one:9.0f}{peer / one:9.2f}{two:9.0f}{peer_clock / two:9.2f}{clock / two:9.2f}"
            print(f"{deal:<10}{row}  {means}")
    sys.exit(0 if agree else 1)


if __name__ == "__main__":
    main()
