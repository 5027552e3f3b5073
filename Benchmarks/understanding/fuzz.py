#!/usr/bin/env python3
"""Feeds `dami understand` lines that nobody would say, and checks that it answers each and does nothing on noise.

    swift build -c release --product dami
    Benchmarks/understanding/fuzz.py .build/release/dami --lines 10000000 [--seed 1]

One line in three is noise (letters of scripts that no phrasing is written in, signs, emoji: its only act must be `unknown`), nearly
all others are labelled lines with letters left out, doubled, swapped, changed or spliced with other lines, one in 20,000 has
64 KB. Every line must be answered, in order, within `--patience` seconds.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

from lines import FIXTURES, labelled_lines, write_catalog

NOISE = [(0x0400, 0x04FF), (0x0590, 0x06FF), (0x0900, 0x0DFF), (0x2190, 0x2BFF), (0x3040, 0x30FF), (0x4E00, 0x9FFF),
         (0x1F300, 0x1FAFF), (0xE000, 0xF8FF), (0x20, 0x2F), (0x3A, 0x40)]


def noise(pick):
    letters = []
    for _ in range(1 + pick.getrandbits(5)):
        low, high = NOISE[pick.getrandbits(8) % len(NOISE)]
        letters.append(chr(low + pick.getrandbits(16) % (high - low + 1)))
    # A line of blanks is none, and one that begins with a brace may be another protocol's.
    return "\u0434" + "".join(letters)


def mutated(pick, lines):
    text = lines[pick.getrandbits(20) % len(lines)]
    for _ in range(1 + pick.getrandbits(2)):
        at = pick.getrandbits(12) % (len(text) + 1)
        kind = pick.getrandbits(3)
        if kind == 0:
            text = text[:at] + text[at + 1:]
        elif kind == 1:
            text = text[:at] + text[at:at + 1] + text[at:]
        elif kind == 2:
            text = text[:at] + text[at + 1:at + 2] + text[at:at + 1] + text[at + 2:]
        elif kind == 3:
            text = text[:at] + chr(0xAC00 + pick.getrandbits(16) % 11172) + text[at + 1:]
        elif kind == 4:
            text = text[:at] + chr(0x20 + pick.getrandbits(8) % 0x5F) + text[at:]
        elif kind == 5:
            text = text[at:] + text[:at]
        elif kind == 6:
            text = text[:at] + lines[pick.getrandbits(20) % len(lines)][at:]
        else:
            text = text[:at] + chr(pick.getrandbits(16) % 0xD7FF + 1) + text[at:]
    return text.replace("\n", " ").replace("\r", " ").replace("\u2028", " ").replace("\0", " ")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dami")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=30)
    options = parser.parse_args()
    pick = random.Random(options.seed)
    lines = labelled_lines()
    with tempfile.TemporaryDirectory() as directory:
        master = os.path.join(directory, "Master.csv")
        write_catalog(master, 1000)
        process = subprocess.Popen([options.dami, "understand", "--catalog", master], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, bufsize=1 << 20)
        kinds = bytearray(options.lines)
        state = {"answered": 0, "acted": 0, "last": time.time(), "wrong": []}

        def read():
            for index, line in enumerate(process.stdout):
                state["answered"] = index + 1
                state["last"] = time.time()
                if kinds[index] == 1 and not line.endswith(b'"acts":[{"act":"unknown"}]}\n'):
                    state["wrong"].append(line[:300])
                elif kinds[index] == 2 and b'"act":"unknown"' not in line:
                    state["acted"] += 1
                if index % 100_003 == 0:
                    json.loads(line)

        reader = threading.Thread(target=read)
        reader.start()
        begin = time.time()
        batch = []
        for index in range(options.lines):
            if index % 20_000 == 19_999:
                kinds[index] = 3
                batch.append((mutated(pick, lines) + " ") * 4000)
                batch[-1] = batch[-1][:65_000]
            elif index % 3 == 0:
                kinds[index] = 1
                batch.append(noise(pick))
            else:
                kinds[index] = 2
                batch.append(mutated(pick, lines).strip() or "?")
            if len(batch) == 2000 or index == options.lines - 1:
                process.stdin.write(("\n".join(batch) + "\n").encode("utf-8", "replace"))
                batch = []
                if time.time() - state["last"] > options.patience:
                    sys.exit(f"no answer for {options.patience} s after line {state['answered']}")
        process.stdin.close()
        reader.join()
        status = process.wait()
    seconds = time.time() - begin
    print(f"{state['answered']} of {options.lines} lines answered in {seconds:.0f} s, status {status}; "
          f"acts on noise: {len(state['wrong'])}; mutated lines that still mean something: {state['acted']}")
    for line in state["wrong"][:5]:
        print(line.decode("utf-8", "replace"))
    sys.exit(0 if status == 0 and state["answered"] == options.lines and not state["wrong"] else 1)


main()
