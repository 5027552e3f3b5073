#!/usr/bin/env python3
"""How long understanding a line takes, with catalogs of 1,000 and of 100,000 names.

    swift build -c release --product dami
    Benchmarks/understanding/lines.py .build/release/dami [--rounds 3]

Feeds the labelled lines of Tests/Fixtures/understanding to `dami understand`, so many times over and twice as many times: the
difference, divided, is the cost of a line, without that of making the grammar and the lexicon. JSON and the pipe are counted.
"""
import argparse
import csv
import os
import random
import statistics
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "..", "Tests", "Fixtures", "understanding")
SYLLABLES = "가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우주추기니디리미비시이지치"


def labelled_lines():
    lines = []
    for name in sorted(os.listdir(FIXTURES)):
        if name.endswith(".txt"):
            with open(os.path.join(FIXTURES, name), encoding="utf-8") as file:
                lines += [line.split("\t")[0] for line in file if "\t" in line]
    return lines


def write_catalog(path, count):
    """The Korean catalog of the fixtures, then names made of random syllables until there are enough."""
    generator = random.Random(count)
    names = {}
    with open(os.path.join(FIXTURES, "korean.catalog"), encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                above, items = line.rstrip("\n").split(": ", 1)
                for item in items.split("; "):
                    names[item] = above.split(" > ")
    while len(names) < count:
        name = "".join(generator.choice(SYLLABLES) for _ in range(generator.randint(2, 6)))
        names.setdefault(name, ["잡화", "잡화"])
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["PD_C", "PD_NM", "CLAC1_NM", "CLAC2_NM", "CLAC3_NM"])
        for product, (name, above) in enumerate(names.items()):
            writer.writerow([product, "-", *above, name])


def seconds(dami, catalog, text):
    start = time.perf_counter()
    subprocess.run([dami, "understand", "--catalog", catalog], input=text, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dami")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    lines = labelled_lines()
    repeats = max(1, 10_000 // len(lines))
    once = ("\n".join(lines * repeats) + "\n").encode()
    with tempfile.TemporaryDirectory() as directory:
        for names in [1_000, 100_000]:
            catalog = os.path.join(directory, f"{names}.csv")
            write_catalog(catalog, names)
            costs = []
            for _ in range(options.rounds):
                short, long = seconds(options.dami, catalog, once), seconds(options.dami, catalog, once * 3)
                costs.append((long - short) / (2 * repeats * len(lines)) * 1e6)
            print(f"{names:>7} names: {statistics.median(costs):6.1f} µs a line "
                  f"({min(costs):.1f} to {max(costs):.1f}), {len(lines)} different lines")


if __name__ == "__main__":
    main()
