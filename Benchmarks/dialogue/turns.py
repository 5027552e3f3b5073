#!/usr/bin/env python3
"""How long a whole turn takes, from parsing to the rendered text: the median, the 99th percentile and the parts.

    swift build -c release --product dami
    Benchmarks/dialogue/turns.py .build/release/dami --model shop.model [--data shop.db] [--turns 2000]

Talks to `dami chat --staff` through a pipe with `/trace on` and reads the timings that the trace shows (parse, reduce,
render, in microseconds); the pipe itself is not counted. Lines are Korean and English, drawn from a fixed list with the
names of the model's own items. The bar: 300 us for a whole turn at 934 labels.
"""
import argparse
import json
import random
import re
import statistics
import subprocess
import sys

LINES = [
    "추천해줘", "3개만 추천해줘", "더 보여줘", "30대 여자야", "{a} 담아줘", "{a}랑 {b} 담아줘", "2번 담아줘", "{a} 빼줘",
    "{a}랑 비슷한 거", "왜?", "2번은 왜 추천했어?", "{a}는 빼고 추천해줘", "장바구니 보여줘", "방금 거 취소", "내 정보 보여줘",
    "처음부터 다시", "오늘 날씨 어때?", "recommend me five things", "add {a} to my cart", "take {a} out",
    "something like {a}", "I'm a 25 year old man", "what's in my cart?", "undo that", "why the first one?",
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dami")
    parser.add_argument("--model", required=True)
    parser.add_argument("--data")
    parser.add_argument("--turns", type=int, default=2000)
    parser.add_argument("--items", help="a file of item names, one a line; else they are asked of the model")
    arguments = parser.parse_args()

    command = [arguments.dami, "recommend", "--model", arguments.model, "--count", "200", "--json"]
    listed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    names = [entry["item"] if isinstance(entry, dict) else entry
             for entry in listed.get("recommendations", listed.get("items", []))]
    if arguments.items:
        names = [line.strip() for line in open(arguments.items, encoding="utf-8") if line.strip()]

    draw = random.Random(7)
    typed = ["/trace on"]
    for _ in range(arguments.turns):
        typed.append(draw.choice(LINES).format(a=draw.choice(names), b=draw.choice(names)))
    chat = [arguments.dami, "chat", "--staff", "--model", arguments.model]
    if arguments.data:
        chat += ["--data", arguments.data]
    answer = subprocess.run(chat, input="\n".join(typed) + "\n", capture_output=True, text=True)
    timings = re.findall(r"time parse (\d+) µs, reduce (\d+) µs, render (\d+) µs", answer.stdout)
    if not timings:
        sys.exit("no timings came: " + answer.stderr.strip()[:200])

    parts = [[int(value) for value in timing] for timing in timings[100:]]
    whole = sorted(sum(part) for part in parts)
    print(f"{len(whole)} turns: median {statistics.median(whole):.0f} us, "
          f"p99 {whole[int(len(whole) * .99)]} us, worst {whole[-1]} us")
    for name, values in zip(("parse", "reduce", "render"), zip(*parts)):
        values = sorted(values)
        print(f"  {name:<7} median {statistics.median(values):.0f} us, p99 {values[int(len(values) * .99)]} us")


if __name__ == "__main__":
    main()
