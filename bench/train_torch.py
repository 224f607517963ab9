"""PyTorch's side of `npm run bench:train`: the same network, data and optimizers as the project's engine.

Usage: train_torch.py FOLDER LAYOUT THREADS, where FOLDER holds case.json, tensors.bin (float32), inputs.bin (int8) and labels.bin
(uint8) as bench/train-export.ts writes them, and LAYOUT is "contiguous" or "channels_last". Then one command a line on stdin,
{"from": step, "steps": count}, each answered by one line of JSON on stdout.

Written as one would who wants PyTorch to be fast on a CPU: all timesteps go through a convolution as one batch, what the input gives is
computed once for all timesteps, neurons over time are one autograd function that keeps only its membranes and works in place, gates are
folded into the normalization, pooled and concatenated sources are shared by the edges that read them, and gradients that a step
does not use are not asked for.
"""

import json
import math
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

GAUSSIAN_STEP = {1: 1.596, 2: 0.996, 4: 0.336}
BATCH_NORM_MOMENTUM = 0.1


def memory(field):
    """Bytes of a field of /proc/self/status, such as VmHWM (most ever resident)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return 1024 * int(line.split()[1])
    return 0


def quantized(w, bits):
    if bits == 8:
        d = w.abs().max() / 127
        return torch.floor(w / d + 0.5).clamp_(-127, 127).mul_(d)
    d = w.std(unbiased=False) * GAUSSIAN_STEP[bits]
    largest = 2 ** (bits - 1) - 0.5
    return torch.floor(w / d).add_(0.5).clamp_(-largest, largest).mul_(d)


class CompConvWeight(torch.autograd.Function):
    """`sum_k keep_k M_k * sum_b bits_b Q_b(W)` with straight-through gradients."""

    @staticmethod
    def forward(ctx, w, score, bit_mix, keep_mix, bit_choices, keep_choices):
        levels = [quantized(w, bits) for bits in bit_choices]
        value = levels[0] if len(levels) == 1 else sum(m * q for m, q in zip(bit_mix, levels))
        masks, mask = [], None
        if score is not None:
            n = score.numel()
            flat = score.reshape(-1)
            for keep in keep_choices:
                kept = min(n, max(1, int(math.floor(keep * n + 0.5))))
                masks.append((score >= flat.kthvalue(n - kept + 1).values).to(w.dtype))
            mask = masks[0] if len(masks) == 1 else sum(m * k for m, k in zip(keep_mix, masks))
        ctx.levels, ctx.value, ctx.masks, ctx.mask = levels, value, masks, mask
        return value if mask is None else value * mask

    @staticmethod
    def backward(ctx, gradient):
        need_w, need_score, need_bits, need_keep = ctx.needs_input_grad[:4]
        on_w = on_score = on_bits = on_keep = None
        if need_w or need_bits:
            on_w = gradient if ctx.mask is None else gradient * ctx.mask
        if need_bits:
            on_bits = torch.stack([(on_w * q).sum() for q in ctx.levels])
        if (need_score or need_keep) and ctx.mask is not None:
            on_score = gradient * ctx.value
        if need_keep and ctx.mask is not None:
            on_keep = torch.stack([(on_score * m).sum() for m in ctx.masks])
        return on_w if need_w else None, on_score if need_score else None, on_bits, on_keep, None, None


class Neurons(torch.autograd.Function):
    """Leaky integrate-and-fire over all timesteps, `[timestep * sample, ...]`. Overwrites the current with the membrane."""

    @staticmethod
    def forward(ctx, current, timesteps, neuron):
        threshold, decay = neuron["threshold"], neuron["decay"]
        u = current.detach()
        spikes = torch.empty_like(u)
        us, ss = u.chunk(timesteps), spikes.chunk(timesteps)
        for t in range(timesteps):
            if t > 0:
                us[t].add_(us[t - 1] * (1 - ss[t - 1]), alpha=decay)
            ss[t].copy_(us[t] > threshold)
        ctx.u, ctx.timesteps, ctx.neuron = u, timesteps, neuron
        return spikes

    @staticmethod
    def backward(ctx, gradient):
        u, neuron = ctx.u, ctx.neuron
        threshold, decay, b = neuron["threshold"], neuron["decay"], neuron["sharpness"]
        scale = b / (2 * math.tanh(b / 2))
        near = (u > 0).logical_and_(u < 2 * threshold)
        surrogate = (u - threshold).mul_(b).tanh_().square_().neg_().add_(1).mul_(scale).mul_(near)
        if ctx.timesteps == 1:
            return gradient * surrogate, None, None
        reset = (u <= threshold).to(u.dtype).addcmul_(u, surrogate, value=-1)
        result = torch.mul(gradient, surrogate)
        parts, resets = result.chunk(ctx.timesteps), reset.chunk(ctx.timesteps)
        for t in range(ctx.timesteps - 2, -1, -1):
            parts[t].addcmul_(parts[t + 1], resets[t], value=decay)
        return result, None, None


class Network:
    def __init__(self, case, folder, layout):
        self.case, self.graph = case, case["graph"]
        self.layout = torch.channels_last if layout == "channels_last" else torch.contiguous_format
        values = torch.frombuffer(bytearray((folder / "tensors.bin").read_bytes()), dtype=torch.float32)
        self.parameters = {}
        for entry in case["tensors"]:
            size = math.prod(entry["shape"])
            tensor = values[entry["offset"] : entry["offset"] + size].reshape(entry["shape"]).clone()
            self.parameters[entry["name"]] = tensor.requires_grad_(not entry["statistic"])
        shape = self.graph["input"]
        image = (shape["height"], shape["width"], shape["channels"])
        inputs = torch.frombuffer(bytearray((folder / "inputs.bin").read_bytes()), dtype=torch.int8)
        self.inputs = inputs.reshape(-1, case["batch"], *image)
        labels = torch.frombuffer(bytearray((folder / "labels.bin").read_bytes()), dtype=torch.uint8)
        self.labels = labels.reshape(-1, case["batch"]).long()

    def mix(self):
        """Gates, rows of bits and of keep, and the weights of the numbers of timesteps, from what the architecture step learns."""
        p, case = self.parameters, self.case
        if not case["supernet"]:
            last = torch.zeros(self.graph["timesteps"])
            last[-1] = 1
            return None, [], [], last
        gates = torch.cat([2 * F.softmax(p["alpha"][a:b], 0) for a, b in case["nodeRanges"]])
        rows = [F.softmax(row, 0) for row in p["beta"].split(self.graph["bitGroups"])] if self.graph["bitGroups"] else []
        keep = [F.softmax(row, 0) for row in p["kappa"].split(self.graph["keepGroups"])] if self.graph["keepGroups"] else []
        return gates, rows, keep, F.softmax(p["psi"], 0)

    def weight(self, prefix, spec, mix):
        _, bits, keep, _ = mix
        p = self.parameters
        row = lambda part, rows: rows[part["group"]] if len(part["choices"]) > 1 else None
        return CompConvWeight.apply(
            p[prefix + ".w"], p.get(prefix + ".score"), row(spec["bits"], bits), row(spec["keep"], keep),
            spec["bits"]["choices"], spec["keep"]["choices"])

    def source(self, spec, spikes, image, shared):
        key = json.dumps(spec)
        if key not in shared:
            maps = []
            for index in spec["populations"]:
                one = image if index < 0 else spikes[index]
                pool = spec.get("pooling")
                if pool is not None:
                    size = (pool["height"], pool["width"])
                    name = json.dumps([index, pool])
                    if name not in shared:
                        shared[name] = F.max_pool2d(one, size) if pool["kind"] == "or" else one[:, :, :: size[0], :: size[1]]
                    one = shared[name]
                maps.append(one)
            shared[key] = maps[0] if len(maps) == 1 else torch.cat(maps, 1)
        return shared[key]

    def convolve(self, edge, x, w, shape):
        kernel, stride, padding = edge["kernel"], edge["stride"], edge["padding"]
        steps = (stride["height"], stride["width"])
        pad = (padding["top"], padding["left"])
        size = [(x.shape[2 + i] + 2 * pad[i] - kernel[k]) // steps[i] + 1 for i, k in enumerate(("height", "width"))]
        if size != [shape["height"], shape["width"]]:
            x = F.pad(x, (padding["left"], padding["right"], padding["top"], padding["bottom"]))
            pad = 0
        if edge["depthwise"]:
            return F.conv2d(x, w.unsqueeze(1), stride=steps, padding=pad, groups=w.shape[0])
        # The weights' own layout, [out][kernelY][kernelX][in], is channels_last.
        return F.conv2d(x, w.permute(0, 3, 1, 2).contiguous(memory_format=self.layout), stride=steps, padding=pad)

    def edge_current(self, prefix, edge, x, shape, mix):
        p = self.parameters
        gate = mix[0][edge["gate"]] if "gate" in edge else None
        gated = lambda values: values if gate is None else gate * values
        if edge["kind"] == "identity":
            return x * gated(p[prefix + ".gain"]).view(1, -1, 1, 1)
        sums = self.convolve(edge, x, self.weight(prefix, edge["weight"], mix), shape)
        return F.batch_norm(sums, p[prefix + ".mean"], p[prefix + ".variance"], gated(p[prefix + ".gamma"]),
                            gated(p[prefix + ".beta"]), True, BATCH_NORM_MOMENTUM, 1e-5)

    def forward(self, batch):
        graph, mix = self.graph, self.mix()
        timesteps = graph["timesteps"]
        image = (self.inputs[batch].permute(0, 3, 1, 2).to(torch.float32) / 128).contiguous(memory_format=self.layout)
        spikes, shared = [], {}
        for p, population in enumerate(graph["populations"]):
            current = constant = None
            for e, edge in enumerate(population["edges"]):
                x = self.source(edge["source"], spikes, image, shared)
                one = self.edge_current(f"p{p}.e{e}", edge, x, population["shape"], mix)
                if edge["source"]["populations"][0] < 0:
                    constant = one if constant is None else constant + one
                else:
                    current = one if current is None else current + one
            if constant is not None:
                everywhere = constant.repeat(timesteps, 1, 1, 1)
                current = everywhere if current is None else current + everywhere
            spikes.append(Neurons.apply(current, timesteps, graph["neuron"]))
        head = graph["head"]
        means = torch.cat([spikes[p].mean((2, 3)) for p in head["populations"]], 1)
        logits = F.linear(means, self.weight("head", head["weight"], mix), self.parameters["head.b"])
        rates = torch.stack([s.mean() for s in spikes])
        return logits.view(timesteps, -1, head["classes"]), rates, mix[3]

    def loss(self, batch):
        logits, rates, probability = self.forward(batch)
        timesteps = logits.shape[0]
        means = logits.cumsum(0) / torch.arange(1, timesteps + 1).view(-1, 1, 1)
        labels = self.labels[batch].repeat(timesteps)
        entropy = F.cross_entropy(means.flatten(0, 1), labels, reduction="none").view(timesteps, -1).mean(1)
        return (probability * entropy).sum() + self.case["ratePenalty"] * rates.mean(), rates.detach()


class Training:
    """The steps that src/search/joint.ts and retrain.ts make."""

    def __init__(self, network):
        self.network, self.case = network, network.case
        named = network.parameters
        self.choices = [named[name] for name in ("alpha", "beta", "kappa", "psi") if name in named]
        self.scores = [v for name, v in named.items() if name.endswith(".score")]
        rest = {n: v for n, v in named.items() if v.requires_grad and not any(v is o for o in self.choices + self.scores)}
        self.weights = list(rest.values())
        decayed = [v for n, v in rest.items() if n.endswith(".w")]
        plain = [v for n, v in rest.items() if not n.endswith(".w")]
        groups = [{"params": decayed, "weight_decay": self.case["weightDecay"]}, {"params": plain, "weight_decay": 0}]
        self.sgd = torch.optim.SGD(groups, lr=0.1, momentum=self.case["momentum"])
        self.adam = torch.optim.Adam(self.scores, lr=0.1) if self.scores else None
        structure = [named[name] for name in ("alpha", "psi") if name in named]
        compression = [v for name, v in named.items() if name in ("beta", "kappa") and v.numel() > 0]
        self.architecture = []
        if self.case["supernet"]:
            self.architecture.append(torch.optim.Adam(structure, lr=self.case["structureRate"]))
            if compression:
                self.architecture.append(torch.optim.Adam(compression, lr=self.case["compressionRate"]))

    def backward(self, batch, wanted):
        for tensor in self.weights + self.scores + self.choices:
            tensor.grad = None
            tensor.requires_grad_(False)
        for tensor in wanted:
            tensor.requires_grad_(True)
        loss, rates = self.network.loss(batch)
        loss.backward()
        return loss.item(), rates

    def move(self, optimizer, rate):
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()

    def step(self, step):
        case, batches = self.case, self.network.inputs.shape[0]
        supernet = case["supernet"]
        result = self.backward((2 * step) % batches, self.weights if supernet else self.weights + self.scores)
        torch.nn.utils.clip_grad_norm_(self.weights, case["clip"])
        self.move(self.sgd, case["weightRates"][step])
        if supernet:
            self.backward((2 * step + 1) % batches, self.scores + self.choices)
            for optimizer in self.architecture:
                optimizer.step()
        if self.adam is not None:
            self.move(self.adam, case["scoreRates"][step])
        return result


def main():
    folder, layout, threads = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    started = memory("VmRSS")
    training = Training(Network(json.loads((folder / "case.json").read_text()), folder, layout))
    describe = {"engine": f"PyTorch {torch.__version__}", "threads": torch.get_num_threads(), "startBytes": started}
    print(json.dumps(describe), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        seconds, cpu, losses, rates = [], [], [], None
        for step in range(command["from"], command["from"] + command["steps"]):
            begun, begun_cpu = time.perf_counter(), time.process_time()
            loss, rates = training.step(step)
            seconds.append(time.perf_counter() - begun)
            cpu.append(time.process_time() - begun_cpu)
            losses.append(loss)
        answer = {"seconds": seconds, "cpuSeconds": cpu, "losses": losses, "rates": rates.tolist(), "peakBytes": memory("VmHWM")}
        print(json.dumps(answer), flush=True)


main()
