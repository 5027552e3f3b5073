"""An epoch of seed-v1 by dami, PyTorch and TensorFlow, interleaved: same machine, cores and work.

epoch.py [threads=2] [rounds=3] [batches=80]     Needs numpy, torch, tensorflow-cpu, and `swift build -c release` here.

20,480 rows, 10,027 wide columns with about 60 set a row, 347 deep inputs, 898 labels, batch 256, Adam, keep 0.5. TensorFlow is fed dense
batches, as the study did; PyTorch is run so, too, and with an EmbeddingBag for the wide part. Prints seconds of an epoch, of the wall
clock and of the processor (all threads), the median of the rounds each.
"""
import json, os, statistics, subprocess, sys, time

given = dict(pair.split("=") for pair in sys.argv[1:])
THREADS, ROUNDS, BATCHES = int(given.get("threads", 2)), int(given.get("rounds", 3)), int(given.get("batches", 80))
os.environ.update(OMP_NUM_THREADS=str(THREADS), TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")
import numpy as np

# Each framework runs in a process of its own: two copies of LLVM in one abort.
WORKER = given.get("worker")
if WORKER == "tensorflow":
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(1)
elif WORKER:
    import torch
    torch.set_num_threads(THREADS)
ROWS, COLUMNS, SET, DEEP, LABELS, BATCH = BATCHES * 256, 10_027, 60, 347, 898, 256
SIZES = [DEEP, 512, 256, 128, 64, LABELS]
random = np.random.default_rng(1)
deep = random.standard_normal((ROWS, DEEP), np.float32)
columns = np.minimum(COLUMNS - 1, (COLUMNS * random.random((ROWS, SET)) ** 3)).astype(np.int64)
labels = np.minimum(LABELS - 1, (LABELS * random.random((ROWS, 6)) ** 2)).astype(np.int64)


def dense(indices, width):
    matrix = np.zeros((len(indices), width), np.float32)
    np.put_along_axis(matrix, indices, 1, 1)
    return matrix


def timed(epoch):
    start, cpu = time.perf_counter(), time.process_time()
    epoch()
    scale = 80 / BATCHES
    return (time.perf_counter() - start) * scale, (time.process_time() - cpu) * scale


class Torch:
    def __init__(self, sparse):
        self.sparse = sparse
        self.wide = torch.nn.EmbeddingBag(COLUMNS, LABELS, mode="sum") if sparse else torch.nn.Linear(COLUMNS, LABELS, bias=False)
        layers = []
        for a, b in zip(SIZES[:-2], SIZES[1:-1]):
            layers += [torch.nn.Linear(a, b), torch.nn.ReLU(), torch.nn.Dropout(0.5)]
        self.deep = torch.nn.Sequential(*layers, torch.nn.Linear(SIZES[-2], LABELS))
        self.adam = torch.optim.Adam([*self.wide.parameters(), *self.deep.parameters()], 1e-4)

    def epoch(self):
        for first in range(0, ROWS, BATCH):
            rows = slice(first, first + BATCH)
            wide = torch.from_numpy(columns[rows] if self.sparse else dense(columns[rows], COLUMNS))
            logits = self.wide(wide) + self.deep(torch.from_numpy(deep[rows]))
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.from_numpy(dense(labels[rows], LABELS)))
            self.adam.zero_grad()
            loss.backward()
            self.adam.step()


class TensorFlow:
    def __init__(self):
        he = tf.keras.initializers.HeNormal()
        self.wide = tf.Variable(tf.zeros([COLUMNS, LABELS]))
        self.weights = [tf.Variable(he([a, b])) for a, b in zip(SIZES, SIZES[1:])]
        self.biases = [tf.Variable(tf.zeros([b])) for b in SIZES[1:]]
        self.adam = tf.keras.optimizers.Adam(1e-4)
        self.adam.build([self.wide, *self.weights, *self.biases])

        self.step = tf.function(self.step)

    def step(self, wide, x, target):
        with tf.GradientTape() as tape:
            for w, b in zip(self.weights[:-1], self.biases[:-1]):
                x = tf.nn.dropout(tf.nn.relu(x @ w + b), 0.5)
            logits = wide @ self.wide + x @ self.weights[-1] + self.biases[-1]
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(target, logits))
        variables = [self.wide, *self.weights, *self.biases]
        self.adam.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    def epoch(self):
        for first in range(0, ROWS, BATCH):
            rows = slice(first, first + BATCH)
            self.step(tf.constant(dense(columns[rows], COLUMNS)), tf.constant(deep[rows]), tf.constant(dense(labels[rows], LABELS)))


def dami():
    out = json.loads(subprocess.check_output([".build/release/bench", "epoch", f"threads={THREADS}", f"rows={ROWS}", "epochs=4"]))
    return out["epoch_seconds"] * 80 / BATCHES, out["epoch_cpu_seconds"] * 80 / BATCHES


if WORKER:
    model = TensorFlow() if WORKER == "tensorflow" else Torch(WORKER == "torch_bag")
    for _ in sys.stdin:
        print(json.dumps(timed(model.epoch)), flush=True)
    sys.exit()

workers = {}
for name in ("torch_bag", "torch_dense", "tensorflow"):
    command = [sys.executable, __file__, *sys.argv[1:], f"worker={name}"]
    workers[name] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(worker):
    worker.stdin.write("\n")
    worker.stdin.flush()
    return json.loads(worker.stdout.readline())


seconds = {name: [] for name in ("dami", *workers)}
for _ in range(ROUNDS + 1):
    seconds["dami"].append(dami())
    for name, worker in workers.items():
        seconds[name].append(ask(worker))
for worker in workers.values():
    worker.stdin.close()
middle = {name: [statistics.median(column) for column in zip(*rounds[1:])] for name, rounds in seconds.items()}
for name, (wall, cpu) in middle.items():
    print(json.dumps({"name": name, "wall": round(wall, 3), "cpu": round(cpu, 3), "times_dami_wall": round(wall / middle["dami"][0], 2),
                      "times_dami_cpu": round(cpu / middle["dami"][1], 2)}))
