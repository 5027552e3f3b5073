"""Our matrix product beside MKL's (PyTorch) and OpenBLAS' (NumPy), one core each, interleaved.

gemm.py [m=256] [n=512] [k=347] [rounds=5]      GFLOP/s, the best round of each
"""
import json
import os
import subprocess
import sys
import time

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
import torch

torch.set_num_threads(1)
arguments = dict(argument.split("=") for argument in sys.argv[1:])
m, n, k, rounds = (int(arguments.get(name, value)) for name, value in
                   (("m", 256), ("n", 512), ("k", 347), ("rounds", 5)))
random = np.random.default_rng(1)
a, b = random.standard_normal((m, k), dtype=np.float32), random.standard_normal((k, n), dtype=np.float32)
tensor_a, tensor_b = torch.from_numpy(a), torch.from_numpy(b)


def rate(product, times=400):
    start = time.perf_counter()
    for _ in range(times):
        product()
    return 2 * m * n * k * times / (time.perf_counter() - start) / 1e9


best = {"dami": 0, "mkl": 0, "openblas": 0}
for _ in range(rounds):
    out = subprocess.run([".build/release/bench", "gemm", f"m={m}", f"n={n}", f"k={k}"], capture_output=True, check=True)
    best["dami"] = max(best["dami"], json.loads(out.stdout)["gflops"])
    best["mkl"] = max(best["mkl"], rate(lambda: tensor_a @ tensor_b))
    best["openblas"] = max(best["openblas"], rate(lambda: a @ b))
print(json.dumps({name: round(value, 1) for name, value in best.items()}))
