"""The exported network in ONNX Runtime against dami itself, and their speed.

onnx_check.py DAMI MODEL     MODEL: seed-v1 or seed-v2. Encodes carts again in numpy from what the model file holds, so the encoder is
checked as well. Needs numpy, safetensors, onnx, onnxruntime.
"""
import json, subprocess, sys, tempfile, time
import numpy as np
import onnx
import onnxruntime
from safetensors import safe_open

dami, path = sys.argv[1:3]
exported = tempfile.mktemp(suffix=".onnx")
subprocess.check_call([dami, "export", "--model", path, "--onnx", exported])
onnx.checker.check_model(exported, full_check=True)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(exported, options, providers=["CPUExecutionProvider"])

with safe_open(path, "numpy") as file:
    metadata = file.metadata()
    rows, offset = file.get_tensor("doc2vec.rows"), file.get_tensor("doc2vec.offset")
catalog, schema = json.loads(metadata["catalog"]), json.loads(metadata["schema"])
names = [row[0] for row in catalog["subcategories"]][: catalog["labels"]]
category = [schema["categories"].index(row[2]) for row in catalog["subcategories"][: catalog["labels"]]]
C, CAP = len(schema["categories"]), schema["countCap"]
LEVELS = (CAP + 1) ** 2 - 1
COLUMNS = C + C * (C - 1) // 2 * LEVELS


def encode(items):
    counts = np.bincount([category[i] for i in items], minlength=C)
    wide = np.zeros(COLUMNS, np.float32)
    wide[:C] = counts > 0
    pair = 0
    for a in range(C):
        for b in range(a + 1, C):
            level = min(counts[a], CAP) * (CAP + 1) + min(counts[b], CAP)
            if level:
                wide[C + pair * LEVELS + level - 1] = 1
            pair += 1
    return wide, np.concatenate([rows[items].mean(0) + offset, counts > 0]).astype(np.float32)


random = np.random.default_rng(1)
carts = [sorted(random.choice(len(names), random.integers(1, 6), replace=False).tolist()) for _ in range(50)]
lines = "".join(json.dumps({"id": n, "cart": [names[i] for i in cart], "gender": "F", "age": 30, "count": len(names)}) + "\n" for n, cart in enumerate(carts))
answers = subprocess.run([dami, "recommend", "--model", path, "--batch"], input=lines, capture_output=True, text=True, check=True).stdout
worst = 0.0
for cart, line in zip(carts, answers.splitlines()):
    answer = json.loads(line)
    wide, dense = encode(cart)
    feed = {"wide": wide[None], "dense": dense[None], "gender": np.array([1]), "age": np.array([3])}
    logits = session.run(None, feed)[0][0]
    theirs = 1 / (1 + np.exp(-logits.astype(np.float64)))
    for name, score in zip(answer["items"], answer["scores"]):
        worst = max(worst, abs(theirs[names.index(name)] - score))
assert worst < 1e-5, worst
times = []
for _ in range(20):
    start = time.perf_counter()
    for _ in range(50):
        session.run(None, feed)
    times.append((time.perf_counter() - start) / 50 * 1e6)
print(json.dumps({"worst_difference": worst, "contexts": len(carts), "labels": len(names), "onnxruntime_microseconds": min(times)}))
