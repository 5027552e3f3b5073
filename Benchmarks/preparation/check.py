"""Compares `dami prepare` and `dami history` with the same rules computed by pandas.

    python check.py DAMI FOLDER [--keep-missing-profile] [--min-basket N] [--min-sessions N] [--keep-sessions N]
"""
import csv
import io
import json
import subprocess
import sys
import tempfile

from rules import pandas_rules


def main():
    dami, folder, *options = sys.argv[1:]
    named = {"--min-basket": "min_basket", "--min-sessions": "min_sessions", "--keep-sessions": "keep"}
    settings = {}
    for position, option in enumerate(options):
        if option in named:
            settings[named[option]] = int(options[position + 1])
    settings["keep_missing"] = "--keep-missing-profile" in options
    settings["keep_first"] = "--keep-first-hit" in options
    expected, baskets = pandas_rules(folder, **settings)

    with tempfile.TemporaryDirectory() as directory:
        shop = f"{directory}/shop.db"
        run = [dami, "prepare", folder, "--output", shop, "--json", *options]
        counts = json.loads(subprocess.run(run, check=True, capture_output=True).stdout)
        history = subprocess.run([dami, "history", "--data", shop], check=True, capture_output=True).stdout
    names = ["rows", "dropped", "customers", "sessions", "train_baskets", "test_baskets", "subcategories", "categories"]
    different = [name for name in names if counts[name] != expected[name]]
    for name in different:
        print(f"{name}: dami {counts[name]}, pandas {expected[name]}")
    rows = csv.DictReader(io.StringIO(history.decode()))
    ours = {(r["CLNT_ID"], r["SESS_ID"], int(r["SESS_SEQ"]), r["SPLIT"], r["CLAC3_NM"]) for r in rows if r["SPLIT"]}
    theirs = {(c, s, q, p, ", ".join(items)) for c, s, q, p, items in baskets}
    if ours != theirs:
        print(f"baskets: {len(ours - theirs)} only in dami, {len(theirs - ours)} only in pandas")
        print(*list(ours - theirs)[:2], *list(theirs - ours)[:2], sep="\n")
    if different or ours != theirs:
        sys.exit(1)
    print(f"equal: {expected['customers']} customers, {len(theirs)} baskets, {expected['dropped']}")


main()
