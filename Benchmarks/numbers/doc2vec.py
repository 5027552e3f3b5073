"""Our Doc2Vec beside gensim's, on the same baskets and settings.

doc2vec.py BASKETS LABELS     BASKETS: item numbers, a basket a line. LABELS: name, tab, CLAC2_NM, tab, CLAC1_NM, an item a line.

Prints items a second, and the share of the ten nearest items that lie within the same CLAC2_NM (items alone in theirs left out).
"""
import json, logging, subprocess, sys, time
import numpy as np
from gensim.models.doc2vec import Doc2Vec, TaggedDocument

BENCH = ".build/release/bench"
EPOCHS = int(sys.argv[3]) if len(sys.argv) > 3 else 20


def share(vectors, middle):
    """Mean share of an item's ten nearest (cosine) that have its CLAC2_NM, over the share possible."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    similarity = unit @ unit.T
    np.fill_diagonal(similarity, -2)
    nearest = np.argsort(-similarity, axis=1, kind="stable")[:, :10]
    same = middle[nearest] == middle[:, None]
    siblings = np.array([(middle == m).sum() - 1 for m in middle])
    return float(same[siblings > 0].mean())


def basket_share(baskets, items, order, middle):
    """Mean share, over baskets, of the ten items a basket's vector predicts best that share a CLAC2_NM with one of its items."""
    total = 0.0
    for vector, basket in zip(baskets, order):
        best = np.argsort(-(items @ vector), kind="stable")[:10]
        total += np.isin(middle[best], middle[basket]).mean()
    return total / len(order)


def main():
    baskets = [[int(x) for x in line.split()] for line in open(sys.argv[1])]
    middle_names = [line.rstrip("\n").split("\t")[1] for line in open(sys.argv[2])]
    middle = np.unique(middle_names, return_inverse=True)[1]
    words = sum(map(len, baskets))
    documents = [TaggedDocument([str(x) for x in b], [i]) for i, b in enumerate(baskets)]
    for ours, theirs in (("pv-dbow", dict(dm=0, dbow_words=0)), ("pv-dbow", dict(dm=0, dbow_words=1)), ("pv-dm", dict(dm=1))):
        model = Doc2Vec(vector_size=300, window=50, negative=5, min_count=1, sample=0, workers=2, epochs=EPOCHS, seed=1, **theirs)
        model.build_vocab(documents)
        start = time.perf_counter()
        model.train(documents, total_examples=len(documents), epochs=EPOCHS)
        gensim_rate = words * EPOCHS / (time.perf_counter() - start)
        index = [model.wv.key_to_index[str(i)] for i in range(len(middle))]
        gensim_shares = {"input": share(model.wv.vectors[index], middle), "output": share(model.syn1neg[index], middle)}
        found = json.loads(subprocess.check_output(
            [BENCH, "doc2vec", f"baskets={sys.argv[1]}", f"architecture={ours}", f"epochs={EPOCHS}", "threads=2", "output=/tmp/doc2vec"]))
        items = np.fromfile("/tmp/doc2vec.items", np.float32).reshape(-1, 300)
        inferred = np.fromfile("/tmp/doc2vec.baskets", np.float32).reshape(-1, 300)
        step = range(0, len(baskets), 10)
        start = time.perf_counter()
        theirs_inferred = [model.infer_vector([str(x) for x in baskets[i]]) for i in list(step)[:200]]
        gensim_inference = (time.perf_counter() - start) / 200 * 1e6
        print(json.dumps({
            "architecture": ours, "gensim": {**theirs, "words_per_second": gensim_rate, "share": gensim_shares,
                                             "basket_share": basket_share(model.dv.vectors[step], model.syn1neg[index], [baskets[i] for i in step], middle),
                                             "inferred_basket_share": basket_share(theirs_inferred, model.syn1neg[index], [baskets[i] for i in list(step)[:200]], middle),
                                             "inference_microseconds": gensim_inference},
            "ours": {"words_per_second": found["words_per_second"], "share": share(items, middle),
                     "basket_share": basket_share(inferred[step], items, [baskets[i] for i in step], middle),
                     "inference_microseconds": found["inference_microseconds"]},
            "times_gensim": found["words_per_second"] / gensim_rate}), flush=True)


main()
