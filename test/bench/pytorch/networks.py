"""The product's networks in PyTorch: the same layers, sizes and names of weights as core/model.

Convolutions that halve the size pad as TensorFlow's `same` does (one more at the end) when `exact`; else symmetrically, as
PyTorch networks are written, which costs no copy. Both have the same work.
"""

import torch
from torch import nn
from torch.nn import functional as F


class Convolution(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1, bias=False, exact=False):
        super().__init__()
        self.kernel, self.stride, self.exact = kernel, stride, exact
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, 0 if exact else kernel // 2, bias=bias)

    def forward(self, x):
        if self.exact:
            x = pad_same(x, self.kernel, self.stride, 0.0)
        return self.conv(x)

    def load(self, weights, name):
        set_(self.conv.weight, weights[f"{name}/kernel"].permute(3, 2, 0, 1))
        if self.conv.bias is not None:
            set_(self.conv.bias, weights[f"{name}/bias"])


def pad_same(x, kernel, stride, value):
    sizes = []
    for size in (x.shape[3], x.shape[2]):
        total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
        sizes += [total // 2, total - total // 2]
    return F.pad(x, sizes, value=value) if any(sizes) else x


def set_(parameter, value):
    with torch.no_grad():
        parameter.copy_(value.reshape(parameter.shape))


class Normalisation(nn.Module):
    def __init__(self, channels, group_size):
        super().__init__()
        self.norm = nn.GroupNorm(channels // group_size, channels, eps=1e-5)

    def forward(self, x):
        return self.norm(x)

    def load(self, weights, name):
        set_(self.norm.weight, weights[f"{name}/gamma"])
        set_(self.norm.bias, weights[f"{name}/beta"])


class ConvolutionBlock(nn.Module):
    def __init__(self, inputs, outputs, kernel, group_size, stride=1, exact=False):
        super().__init__()
        self.conv = Convolution(inputs, outputs, kernel, stride, exact=exact)
        self.norm = Normalisation(outputs, group_size)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)), inplace=True)

    def load(self, weights, name):
        self.conv.load(weights, name)
        self.norm.load(weights, f"{name}/norm")


class ResidualBlock(nn.Module):
    """Basic (two 3x3) or bottleneck (1x1, 3x3 with the stride, 1x1 to four times the filters)."""

    def __init__(self, inputs, filters, stride, group_size, bottleneck, exact):
        super().__init__()
        outputs = 4 * filters if bottleneck else filters
        if bottleneck:
            self.inner = nn.ModuleList(
                [
                    ConvolutionBlock(inputs, filters, 1, group_size, exact=exact),
                    ConvolutionBlock(filters, filters, 3, group_size, stride, exact),
                ]
            )
            self.last = Convolution(filters, outputs, 1, exact=exact)
        else:
            self.inner = nn.ModuleList([ConvolutionBlock(inputs, filters, 3, group_size, stride, exact)])
            self.last = Convolution(filters, outputs, 3, exact=exact)
        self.last_norm = Normalisation(outputs, group_size)
        self.shortcut = None
        if stride != 1 or inputs != outputs:
            self.shortcut = Convolution(inputs, outputs, 1, stride, exact=exact)
            self.shortcut_norm = Normalisation(outputs, group_size)

    def forward(self, x):
        y = x
        for block in self.inner:
            y = block(y)
        y = self.last_norm(self.last(y))
        same = x if self.shortcut is None else self.shortcut_norm(self.shortcut(x))
        return F.relu(y + same, inplace=True)

    def load(self, weights, name):
        letters = "abc"
        for block, letter in zip(self.inner, letters):
            block.load(weights, f"{name}/{letter}")
        last = letters[len(self.inner)]
        self.last.load(weights, f"{name}/{last}")
        self.last_norm.load(weights, f"{name}/{last}/norm")
        if self.shortcut is not None:
            self.shortcut.load(weights, f"{name}/shortcut")
            self.shortcut_norm.load(weights, f"{name}/shortcut/norm")


class Resnet(nn.Module):
    def __init__(self, channels, depths, group_size, decoder, bottleneck, exact):
        super().__init__()
        self.exact = exact
        self.stem = ConvolutionBlock(3, channels[0], 7, group_size, 2, exact)
        self.stages = nn.ModuleList()
        inputs = channels[0]
        outputs = []
        for stage, (filters, depth) in enumerate(zip(channels, depths)):
            blocks = nn.ModuleList()
            for index in range(depth):
                stride = 2 if stage > 0 and index == 0 else 1
                blocks.append(ResidualBlock(inputs, filters, stride, group_size, bottleneck, exact))
                inputs = 4 * filters if bottleneck else filters
            self.stages.append(blocks)
            outputs.append(inputs)
        self.lateral = nn.ModuleList([Convolution(c, decoder, 1, bias=True, exact=exact) for c in outputs])
        self.merge = ConvolutionBlock(decoder, decoder, 3, group_size, exact=exact)
        self.map_channels, self.deep_channels, self.deep_stride = decoder, outputs[-1], 32

    def forward(self, x):
        x = self.stem(x)
        x = F.max_pool2d(pad_same(x, 3, 2, -torch.inf), 3, 2) if self.exact else F.max_pool2d(x, 3, 2, 1)
        found = []
        for stage in self.stages:
            for block in stage:
                x = block(x)
            found.append(x)
        top = self.lateral[3](x)
        for stage in (2, 1, 0):
            finer = self.lateral[stage](found[stage])
            top = finer + enlarge(top, finer.shape[2:])
        return self.merge(top), x

    def load(self, weights):
        self.stem.load(weights, "stem")
        for s, stage in enumerate(self.stages):
            for b, block in enumerate(stage):
                block.load(weights, f"stage{s}/block{b}")
        for s, lateral in enumerate(self.lateral):
            lateral.load(weights, f"decoder/lateral{s}")
        self.merge.load(weights, "decoder/merge")


def enlarge(x, size):
    return F.interpolate(x, size=tuple(size), mode="bilinear", align_corners=False)


class Unet(nn.Module):
    def __init__(self, channels, group_size, exact):
        super().__init__()
        widths = [channels * factor for factor in (1, 2, 4, 8, 8)]
        inputs = [3] + widths[:-1]
        self.down = nn.ModuleList([self.level(i, o, group_size, exact) for i, o in zip(inputs, widths)])
        # From the deepest level up to a quarter of the crop's size.
        self.up = nn.ModuleDict(
            {
                "3": self.level(widths[3] + widths[4], widths[3], group_size, exact),
                "2": self.level(widths[2] + widths[3], widths[2], group_size, exact),
            }
        )
        self.map_channels, self.deep_channels, self.deep_stride = widths[2], widths[4], 16

    @staticmethod
    def level(inputs, outputs, group_size, exact):
        return nn.ModuleList(
            [
                ConvolutionBlock(inputs, outputs, 3, group_size, exact=exact),
                ConvolutionBlock(outputs, outputs, 3, group_size, exact=exact),
            ]
        )

    def forward(self, x):
        found = []
        for depth, blocks in enumerate(self.down):
            if depth > 0:
                x = F.max_pool2d(x, 2, 2)
            for block in blocks:
                x = block(x)
            found.append(x)
        deep = x
        for depth in ("3", "2"):
            finer = found[int(depth)]
            x = torch.cat([finer, enlarge(x, finer.shape[2:])], 1)
            for block in self.up[depth]:
                x = block(x)
        return x, deep

    def load(self, weights):
        for depth, blocks in enumerate(self.down):
            for block, letter in zip(blocks, "ab"):
                block.load(weights, f"down{depth}/{letter}")
        for depth, blocks in self.up.items():
            for block, letter in zip(blocks, "ab"):
                block.load(weights, f"up{depth}/{letter}")


class MapHead(nn.Module):
    def __init__(self, channels, outputs, group_size, exact):
        super().__init__()
        self.block = ConvolutionBlock(channels, channels, 3, group_size, exact=exact)
        self.out = Convolution(channels, outputs, 1, bias=True, exact=exact)

    def forward(self, map_, deep):
        return self.out(self.block(map_))

    def load(self, weights, name):
        self.block.load(weights, f"{name}/conv")
        self.out.load(weights, f"{name}/out")


class GlobalHead(nn.Module):
    def __init__(self, map_channels, deep_channels, cells, outputs, exact):
        super().__init__()
        self.exact = exact
        units = min(256, deep_channels)
        self.hidden = nn.Linear(cells * deep_channels + map_channels, units)
        self.norm = nn.GroupNorm(1, units, eps=1e-5)
        self.out = nn.Linear(units, outputs)

    def forward(self, map_, deep):
        layout = deep.permute(0, 2, 3, 1) if self.exact else deep
        joined = torch.cat([layout.flatten(1), map_.mean((2, 3))], 1)
        return self.out(F.relu(self.norm(self.hidden(joined))))

    def load(self, weights, name):
        set_(self.hidden.weight, weights[f"{name}/hidden/kernel"].T)
        set_(self.hidden.bias, weights[f"{name}/hidden/bias"])
        set_(self.norm.weight, weights[f"{name}/hidden/norm/gamma"])
        set_(self.norm.bias, weights[f"{name}/hidden/norm/beta"])
        set_(self.out.weight, weights[f"{name}/kernel"].T)
        set_(self.out.bias, weights[f"{name}/bias"])


def backbone(model, exact):
    if model == "tiny":
        return Resnet([16, 32, 64, 128], [2, 2, 2, 2], 8, 32, False, exact), 8
    if model == "r18":
        return Resnet([64, 128, 256, 512], [2, 2, 2, 2], 16, 128, False, exact), 16
    if model == "r50":
        return Resnet([64, 128, 256, 512], [3, 4, 6, 3], 16, 256, True, exact), 16
    if model == "tiny-unet":
        return Unet(16, 8, exact), 8
    raise ValueError(f"no network {model}")


class Network(nn.Module):
    """`tasks` is [(name, kind, outputs)]; images [B,3,H,W] standardised → {name: raw output, NCHW}."""

    def __init__(self, model, tasks, height, width, exact=False):
        super().__init__()
        self.trunk, group_size = backbone(model, exact)
        self.names = [name for name, _, _ in tasks]
        stride = self.trunk.deep_stride
        cells = -(-height // stride) * -(-width // stride)
        self.heads = nn.ModuleList()
        for _, kind, outputs in tasks:
            if kind in ("attributes", "vector"):
                head = GlobalHead(self.trunk.map_channels, self.trunk.deep_channels, cells, outputs, exact)
            else:
                head = MapHead(self.trunk.map_channels, outputs, group_size, exact)
            self.heads.append(head)

    def forward(self, images):
        map_, deep = self.trunk(images)
        return {name: head(map_, deep) for name, head in zip(self.names, self.heads)}

    def load(self, weights):
        self.trunk.load(weights)
        for name, head in zip(self.names, self.heads):
            head.load(weights, f"head/{name}")
