"""Times training steps in PyTorch for test/bench/step.bench.ts.

    python3 step.py CASE.json LAYOUT [check]

CASE.json names a network, its tasks, its weights and one batch of feeds (raw little-endian files beside it). LAYOUT is
`contiguous` (NCHW) or `channels_last`. Answers each line `N` on standard input with the milliseconds of N steps; with
`check`, prints the objective and the gradient's norm of the first step and ends.
"""

import json
import os
import sys
import time

import torch
from networks import Network
from torch.nn import functional as F

PIXEL_MEAN, PIXEL_DEVIATION, EDGE_TOLERANCE = 115.0, 64.0, 0.25


def read(folder, entries):
    tensors = {}
    for name, entry in entries.items():
        kind = torch.int32 if entry["dtype"] == "int32" else torch.float32
        values = torch.from_file(os.path.join(folder, entry["file"]), size=max(1, entry["length"]), dtype=kind)
        tensors[name] = values.clone().reshape(entry["shape"])
    return tensors


def warp(images, transforms):
    """Output pixel index → input pixel index, bilinear, zero outside: [B,3,H,W], [B,8]."""
    batch, _, height, width = images.shape
    theta = transforms[:, :6].reshape(batch, 2, 3)
    # From indices to the coordinates −1 … 1 of grid_sample with align_corners.
    scale = torch.tensor([(width - 1) / 2, (height - 1) / 2])
    linear = theta[:, :, :2] * scale[None, None, :] / scale[None, :, None]
    shift = ((theta[:, :, :2] @ scale[:, None])[:, :, 0] + theta[:, :, 2]) / scale - 1
    grid = F.affine_grid(torch.cat([linear, shift[:, :, None]], 2), list(images.shape), align_corners=True)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=True)


def objective_of(kind, raw, feeds, flip):
    """A task's weighted loss, and what a step reads besides it for each label: as core/training/losses."""
    weight = feeds["weight"]
    if kind == "attributes":
        loss = F.softplus(raw) - raw * feeds["target"]
        return (loss * weight).sum(), [loss, raw]
    if kind == "keypoints":
        logits = raw.flatten(2)
        loss = -(feeds["target"] * F.log_softmax(logits, 2)).sum(2)
        with torch.no_grad():
            swap = ((feeds["target"] - feeds["target"][:, flip]) * logits).sum(2)
        return (loss * weight).sum(), [loss, swap]
    if kind == "parts":
        loss = F.cross_entropy(raw.flatten(2), feeds["label"], reduction="none")
        with torch.no_grad():
            logits = raw.flatten(2).transpose(1, 2)
            best, logsum = logits.topk(2, 2).values, logits.logsumexp(2)
        return (loss * weight).sum(), [loss, best, logsum]
    if kind == "depth":
        error = (raw.flatten(1) - feeds["target"]) / EDGE_TOLERANCE
        loss = ((error.square() + 1).sqrt() - 1) * (2 * EDGE_TOLERANCE**2)
        return (loss * weight).sum(), [loss]
    raise ValueError(f"no loss for {kind}")


class Step:
    def __init__(self, case, folder, layout, exact):
        feeds = read(folder, case["feeds"])
        self.format = torch.channels_last if layout == "channels_last" else torch.contiguous_format
        self.images = feeds["images"].permute(0, 3, 1, 2).contiguous(memory_format=self.format)
        self.transforms = feeds["transforms"]
        self.colour = feeds["colour"]
        self.tasks = case["tasks"]
        self.feeds = []
        for index, task in enumerate(self.tasks):
            own = {n.split("_", 1)[1]: v for n, v in feeds.items() if n.startswith(f"t{index}_")}
            if task["kind"] == "parts":
                own = {n: v.reshape(case["batch"], -1) for n, v in own.items()}
                own["label"] = own["label"].long()
            self.feeds.append(own)
        heads = [(task["name"], task["kind"], task["outputs"]) for task in self.tasks]
        network = Network(case["model"], heads, case["height"], case["width"], exact)
        network.load(read(folder, case["weights"]))
        self.parameters = sum(p.numel() for p in network.parameters())
        self.network = network.to(memory_format=self.format)
        self.clip = case["clipNorm"]
        # The update of all weights in few calls is the faster of PyTorch's two.
        self.optimizer = torch.optim.Adam(network.parameters(), lr=case["learningRate"], eps=1e-7, foreach=True)

    def __call__(self):
        gain, offset = self.colour[:, :3, None, None], self.colour[:, 3:, None, None]
        images = warp((self.images - PIXEL_MEAN) / PIXEL_DEVIATION * gain + offset, self.transforms)
        raw = self.network(images.contiguous(memory_format=self.format))
        total, outputs = 0, []
        for task, feeds in zip(self.tasks, self.feeds):
            objective, found = objective_of(task["kind"], raw[task["name"]], feeds, task["flip"])
            total = total + objective
            outputs += found
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.clip)
        self.optimizer.step()
        for output in outputs:
            output.detach().numpy()
        return float(total), float(norm)


def main():
    path, layout = sys.argv[1:3]
    check = sys.argv[3:] == ["check"]
    with open(path, encoding="utf-8") as file:
        case = json.load(file)
    torch.manual_seed(1)
    torch.set_num_threads(case["threads"])
    step = Step(case, os.path.dirname(path), layout, check)
    if check:
        objective, norm = step()
        print(json.dumps({"objective": objective, "norm": norm, "parameters": step.parameters}), flush=True)
        return
    step()
    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    for line in sys.stdin:
        steps = int(line)
        start = time.perf_counter()
        for _ in range(steps):
            step()
        print(json.dumps({"milliseconds": (time.perf_counter() - start) * 1000}), flush=True)


main()
