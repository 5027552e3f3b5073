#!/usr/bin/env python3
"""What a change does to the default model's lists, on baskets that no test has seen.

    held_out.py BEFORE AFTER --data shop.db [--seeds 1,2,3] [--carts 0,1,2] [--earlier 1,2]

BEFORE and AFTER are two `dami` programs. The shop is taken one and two baskets back: each customer's last train basket becomes
the test basket, the later ones are left out, so the shop's own test baskets are not looked at. Each program trains once for each
seed and shop and is evaluated on several draws of carts. Told are the means, the changes, and between which two changes the seeds
scatter: a change that is smaller than that has not been shown.
"""
import argparse
import concurrent.futures
import json
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import tempfile

TASKS = ["warm", "warm-cart-1", "warm-cart-2", "warm-cart-3", "cart-1", "cart-2", "cart-3", "profile", "none"]
METRICS = ["ndcg@10", "recall@10"]


def earlier(shop, baskets, path):
    """Copies a shop to `path`, so many baskets back."""
    shutil.copy(shop, path)
    db = sqlite3.connect(path)
    for _ in range(baskets):
        db.execute("DELETE FROM basket_lines WHERE session_id IN (SELECT id FROM sessions WHERE split = 'test')")
        db.execute("DELETE FROM sessions WHERE split = 'test'")
        db.execute(
            "UPDATE sessions SET split = 'test' WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY "
            "customer_id ORDER BY sequence DESC, date DESC, code DESC) AS place FROM sessions WHERE split = 'train') "
            "WHERE place = 1)")
    db.commit()
    db.close()


def measure(program, shop, seed, carts, folder):
    """The figures of one training, the mean over the draws of carts."""
    model = folder / f"{pathlib.Path(shop).stem}-{seed}-{abs(hash(program))}.model"
    subprocess.run(
        [program, "train", "--data", shop, "--output", model, "--seed", str(seed), "--threads", "1"], check=True,
        capture_output=True)
    draws = []
    for cart in carts:
        told = subprocess.run(
            [program, "evaluate", "--data", shop, "--model", model, "--seed", str(cart), "--json"], check=True,
            capture_output=True)
        draws.append(json.loads(told.stdout)["tasks"])
    model.unlink()
    return {(t, m): statistics.mean(draw[t][m] for draw in draws) for t in TASKS for m in METRICS}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--data", required=True)
    for name, default in (("--seeds", "1,2,3"), ("--carts", "0,1,2"), ("--earlier", "1,2")):
        parser.add_argument(name, default=default, type=lambda text: [int(part) for part in text.split(",")])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, concurrent.futures.ThreadPoolExecutor(2) as pool:
        folder = pathlib.Path(name)
        shops = []
        for baskets in given.earlier:
            shops.append(str(folder / f"earlier-{baskets}.db"))
            earlier(given.data, baskets, shops[-1])
        jobs = {
            (program, seed, shop): pool.submit(measure, program, shop, seed, given.carts, folder)
            for seed in given.seeds for shop in shops for program in (given.before, given.after)
        }
        found = {job: future.result() for job, future in jobs.items()}
    print(f"{'task':12} {'figure':10} {'before':>7} {'after':>7} {'change':>8}   by seed")
    for task in TASKS:
        for metric in METRICS:
            def mean(program, seeds):
                return statistics.mean(found[program, s, shop][task, metric] for s in seeds for shop in shops)

            before, after = mean(given.before, given.seeds), mean(given.after, given.seeds)
            each = [100 * (mean(given.after, [s]) / mean(given.before, [s]) - 1) for s in given.seeds]
            print(
                f"{task:12} {metric:10} {before:7.4f} {after:7.4f} {100 * (after / before - 1):+7.1f}%   "
                f"{min(each):+.1f} to {max(each):+.1f}")


if __name__ == "__main__":
    main()
