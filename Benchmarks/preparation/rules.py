"""The cleaning rules once more, by pandas and by polars: what `dami prepare` is measured and checked against.

Written from the rules in docs/SHOP_FORMAT.md, sharing no code with dami. Both read all that the rules need and nothing else.
"""


def pandas_rules(folder, min_basket=2, min_sessions=10, keep=10, keep_missing=False, keep_first=False):
    """Counts, and the baskets in the split as (customer, session, sequence, split, items in the order bought)."""
    import pandas as pd

    text = {"CLNT_ID": str, "SESS_ID": str, "PD_C": str}
    product = pd.read_csv(
        f"{folder}/Product.csv", usecols=["CLNT_ID", "SESS_ID", "HITS_SEQ", "PD_C"], dtype=text)
    session = pd.read_csv(
        f"{folder}/Session.csv", usecols=["CLNT_ID", "SESS_ID", "SESS_SEQ"], dtype=text, thousands=",")
    custom = pd.read_csv(f"{folder}/Custom.csv", usecols=["CLNT_ID", "CLNT_GENDER", "CLNT_AGE"], dtype=text)
    master = read_master(folder)

    rows = {"product": len(product), "custom": len(custom), "master": len(master), "session": len(session)}
    dropped = {}

    def drop(name, mask):
        nonlocal product
        dropped[name] = int((~mask).sum())
        product = product[mask]

    drop("first_hit", (product.HITS_SEQ != 1) | keep_first)
    session = session.sort_values("SESS_SEQ", kind="stable").drop_duplicates(["CLNT_ID", "SESS_ID"])
    product = product.merge(session, on=["CLNT_ID", "SESS_ID"], how="left")
    drop("no_session", product.SESS_SEQ.notna())
    master = master.drop_duplicates("PD_C")
    product = product.merge(master, on="PD_C", how="left")
    drop("no_product", product.CLAC3_NM.notna())
    known = custom.drop_duplicates("CLNT_ID").dropna(subset=["CLNT_GENDER", "CLNT_AGE"]).CLNT_ID
    drop("missing_profile", product.CLNT_ID.isin(known) | keep_missing)

    product = product.sort_values("HITS_SEQ", kind="stable")
    items = product.drop_duplicates(["CLNT_ID", "SESS_ID", "CLAC3_NM"])
    baskets = items.groupby(["CLNT_ID", "SESS_ID", "SESS_SEQ"], sort=False).CLAC3_NM.agg(tuple).reset_index()
    large = baskets.CLAC3_NM.str.len() >= min_basket
    dropped["small_basket"] = int((~large).sum())
    baskets = baskets[large]
    count = baskets.groupby("CLNT_ID").SESS_ID.transform("size")
    dropped["few_sessions"] = int(baskets[count < min_sessions].CLNT_ID.nunique())
    baskets = baskets[count >= min_sessions].sort_values("SESS_SEQ", ascending=False, kind="stable")
    rank = baskets.groupby("CLNT_ID").cumcount()
    dropped["older_sessions"] = int((rank >= keep).sum())
    baskets = baskets[rank < keep]
    split = rank[rank < keep].map(lambda position: "test" if position == 0 else "train")

    labels = set().union(*baskets.CLAC3_NM) if len(baskets) else set()
    category = dict(zip(master.CLAC3_NM, master.CLAC1_NM))
    counts = {
        "rows": rows, "dropped": dropped, "customers": int(baskets.CLNT_ID.nunique()), "sessions": len(baskets),
        "train_baskets": int((split == "train").sum()), "test_baskets": int((split == "test").sum()),
        "subcategories": len(labels), "categories": len({category[label] for label in labels}),
    }
    return counts, set(zip(baskets.CLNT_ID, baskets.SESS_ID, baskets.SESS_SEQ, split, baskets.CLAC3_NM))


def read_master(folder):
    """Master by hand, for no reader of pandas mends a shifted row: the three names are counted from the right."""
    import csv

    import pandas as pd

    with open(f"{folder}/Master.csv", encoding="utf-8-sig", newline="") as file:
        lines = file.read().splitlines()
    header = lines[0].split(",")
    rows = []
    for line in lines[1:]:
        fields = next(csv.reader([line]))
        if len(fields) != len(header):
            fields = line.split(",")
        rows.append((fields[0], fields[-3], fields[-1]))
    return pd.DataFrame(rows, columns=["PD_C", "CLAC1_NM", "CLAC3_NM"])


def polars_baskets(folder, min_basket=2, min_sessions=10, keep=10, keep_missing=False):
    """The baskets in the split by polars' lazy engine on all cores, not stored: its best case."""
    import polars as pl

    def scan(name, columns):
        return pl.scan_csv(f"{folder}/{name}.csv", ignore_errors=True, truncate_ragged_lines=True).select(columns)

    product = scan("Product", ["CLNT_ID", "SESS_ID", "HITS_SEQ", "PD_C"]).filter(pl.col("HITS_SEQ") != 1)
    session = scan("Session", ["CLNT_ID", "SESS_ID", "SESS_SEQ"])
    master = scan("Master", ["PD_C", "CLAC3_NM"])
    custom = scan("Custom", ["CLNT_ID", "CLNT_GENDER", "CLNT_AGE"])
    rows = product.join(session, on=["CLNT_ID", "SESS_ID"]).join(master, on="PD_C")
    if not keep_missing:
        rows = rows.join(custom.drop_nulls(), on="CLNT_ID", how="semi")
    baskets = (
        rows.sort("HITS_SEQ")
        .group_by(["CLNT_ID", "SESS_ID", "SESS_SEQ"])
        .agg(pl.col("CLAC3_NM").unique(maintain_order=True))
        .filter(pl.col("CLAC3_NM").list.len() >= min_basket)
        .filter(pl.len().over("CLNT_ID") >= min_sessions)
        .filter(pl.col("SESS_SEQ").rank("ordinal", descending=True).over("CLNT_ID") <= keep)
        .collect()
    )
    return baskets.height
