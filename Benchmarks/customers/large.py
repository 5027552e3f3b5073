#!/usr/bin/env python3
"""What a large shop's customers take: preparing it, a login with its list, `due` and `coupons` for everybody.

    swift build -c release --product dami
    Benchmarks/customers/large.py .build/release/dami --model shop.model [--customers 1000000] [--logins 300]

`--model` is one trained on a smaller sample shop. Prints seconds and the peak of memory; of logins, the median and the
slowest in a hundred, as `dami chat --staff --json` answers them. A million customers take 5 GB of room.
"""
import argparse
import csv
import json
import os
import random
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("dami")
parser.add_argument("--model", required=True)
parser.add_argument("--customers", type=int, default=1_000_000)
parser.add_argument("--logins", type=int, default=300)
parser.add_argument("--seed", type=int, default=2)
options = parser.parse_args()


def run(name, *arguments):
    start = time.perf_counter()
    process = subprocess.Popen([options.dami, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    lines = sum(1 for _ in process.stdout)
    _, status, usage = os.wait4(process.pid, 0)
    print(f"{name:<8} {time.perf_counter() - start:7.1f} s   {usage.ru_maxrss / 1024:6.0f} MB   {lines} lines"
          + (f"   status {status}" if status else ""), flush=True)


def logins(shop, logs):
    with open(os.path.join(logs, "Custom.csv"), encoding="utf-8-sig", newline="") as file:
        customers = [row["CLNT_ID"] for row in csv.DictReader(file)]
    chat = subprocess.Popen([options.dami, "chat", "--staff", "--json", "--data", shop, "--model", options.model],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(line):
        chat.stdin.write(line + "\n")
        chat.stdin.flush()
        return json.loads(chat.stdout.readline())

    ask("안녕")
    times = []
    for customer in random.Random(options.seed).sample(customers, options.logins):
        start = time.perf_counter()
        reply = ask(f"/login {customer}")
        times.append((time.perf_counter() - start) * 1000)
        assert reply["profile"]["customer"] == customer, reply
    chat.stdin.close()
    times.sort()
    print(f"login    {times[len(times) // 2]:7.2f} ms in the median, {times[len(times) * 99 // 100]:.2f} in one of a hundred")


with tempfile.TemporaryDirectory() as directory:
    logs, shop = os.path.join(directory, "logs"), os.path.join(directory, "shop.db")
    run("sample", "sample", "--customers", str(options.customers), "--seed", str(options.seed), "--output", logs)
    run("prepare", "prepare", logs, "--output", shop)
    logins(shop, logs)
    run("due", "due", "--data", shop, "--on", "2018-10-02")
    run("coupons", "coupons", "--data", shop, "--model", options.model, "--budget", str(options.customers // 10),
        "--per-customer", "1")
