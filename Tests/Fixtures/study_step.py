"""Three training steps of the study's network in PyTorch, small, as the truth for StudyTrainerTests.

study_step.py > study_step.json     needs torch. Wide weights are dense here: that ours are lazy must not show.
"""
import json
import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
COLUMNS, DENSE, GENDERS, AGES, HIDDEN, LABELS, ROWS, BATCH = 9, 5, 3, 10, [8, 6], 7, 12, 4
SIZES = [DENSE + 4 + 6] + HIDDEN + [LABELS]
RATE = 0.05

wide_rows = [sorted(torch.randperm(COLUMNS - 1)[: 1 + i % 4].tolist()) for i in range(ROWS)]
label_rows = [sorted(torch.randperm(LABELS)[: i % 4].tolist()) for i in range(ROWS)]
dense = torch.randn(ROWS, DENSE).float().double()
genders = torch.randint(0, GENDERS, (ROWS,))
ages = torch.randint(0, AGES, (ROWS,))
initial = {"wide": torch.randn(COLUMNS, LABELS) * 0.1, "gender": torch.randn(GENDERS, 4) * 0.3, "age": torch.randn(AGES, 6) * 0.3}
for layer in range(len(SIZES) - 1):
    initial[f"deep.{layer}.weight"] = torch.randn(SIZES[layer], SIZES[layer + 1]) * (2 / SIZES[layer]) ** 0.5
    initial[f"deep.{layer}.bias"] = torch.randn(1, SIZES[layer + 1]) * 0.1
initial = {name: tensor.float().double() for name, tensor in initial.items()}


class FTRL(torch.optim.Optimizer):
    """FTRL-Proximal, McMahan et al. 2013, without regularisation: beta 0, sums from 0.1."""

    def __init__(self, parameters, lr):
        super().__init__(parameters, dict(lr=lr))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for w in group["params"]:
                state = self.state[w]
                if not state:
                    state["z"], state["n"] = torch.zeros_like(w), torch.full_like(w, 0.1)
                g = w.grad
                total = state["n"] + g * g
                state["z"] += g - (total.sqrt() - state["n"].sqrt()) / group["lr"] * w
                state["n"] = total
                # As where rows are sparse: what has no gradient stays.
                w.copy_(torch.where(g != 0, -state["z"] / (total.sqrt() / group["lr"]), w))


def optimiser(name, parameters):
    if name == "adam":
        return torch.optim.Adam(parameters, lr=RATE)
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=RATE)
    if name == "adagrad":
        return torch.optim.Adagrad(parameters, lr=RATE, initial_accumulator_value=0.1, eps=1e-7)
    return FTRL(parameters, lr=RATE)


def run(wide_optimiser):
    w = {name: tensor.clone().requires_grad_() for name, tensor in initial.items()}
    optimisers = [optimiser(wide_optimiser, [w["wide"]]), torch.optim.Adam([t for n, t in w.items() if n != "wide"], lr=RATE)]
    losses = []
    for first in range(0, ROWS, BATCH):
        rows = range(first, first + BATCH)
        indicator = torch.zeros(BATCH, COLUMNS)
        target = torch.zeros(BATCH, LABELS)
        for i, row in enumerate(rows):
            indicator[i, wide_rows[row]] = 1
            target[i, label_rows[row]] = 1
        x = torch.cat([dense[first : first + BATCH], w["gender"][genders[first : first + BATCH]], w["age"][ages[first : first + BATCH]]], 1)
        for layer in range(len(SIZES) - 2):
            x = torch.relu(x @ w[f"deep.{layer}.weight"] + w[f"deep.{layer}.bias"])
        last = len(SIZES) - 2
        logits = x @ w[f"deep.{last}.weight"] + w[f"deep.{last}.bias"] + indicator @ w["wide"]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, target)
        for o in optimisers:
            o.zero_grad()
        loss.backward()
        for o in optimisers:
            o.step()
        losses.append(loss.item() * BATCH * LABELS)
    return {"losses": losses, "final": {name: tensor.detach().flatten().tolist() for name, tensor in w.items()}}


json.dump({
    "rate": RATE, "batch": BATCH, "hidden": HIDDEN, "labels": LABELS, "columns": COLUMNS, "denseInputs": DENSE,
    "wide": wide_rows, "labelRows": label_rows, "dense": dense.tolist(), "genders": genders.tolist(), "ages": ages.tolist(),
    "initial": {name: tensor.flatten().tolist() for name, tensor in initial.items()},
    "runs": {name: run(name) for name in ("adam", "sgd", "adagrad", "ftrl")},
}, __import__("sys").stdout)
