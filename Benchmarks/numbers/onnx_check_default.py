"""The exported default network in ONNX Runtime against dami's own forward pass, on the same features, to 1e-5 relative.

onnx_check_default.py DAMI BENCH MODEL     Needs numpy, onnx, onnxruntime.
"""
import json, subprocess, sys, tempfile
import numpy as np
import onnx
import onnxruntime

dami, bench, path = sys.argv[1:4]
exported = tempfile.mktemp(suffix=".onnx")
subprocess.check_call([dami, "export", "--model", path, "--onnx", exported])
onnx.checker.check_model(exported, full_check=True)
session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
worst = 0.0
for line in subprocess.check_output([bench, "default-forward", f"model={path}"], text=True).splitlines():
    x = json.loads(line)
    feed = {name: np.array([x[name]], np.float32) for name in ("features", "history", "cart", "counts")}
    feed |= {"history_bucket": np.array([x["historyBucket"]]), "cart_bucket": np.array([x["cartBucket"]]),
             "age": np.array([x["age"]]), "gender": np.array([x["gender"]])}
    theirs = session.run(None, feed)[0][0]
    ours = np.array(x["logits"])
    worst = max(worst, float(np.max(np.abs(theirs - ours) / np.maximum(1, np.abs(ours)))))
assert worst < 1e-5, worst
print(json.dumps({"worst_relative_difference": worst}))
