"""Mistakes in how a network is built, one at a time and in the middle of it: what its golden file has to see beside those of mutants.py."""
import torch
from torch import nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from families.resnet import Bottleneck
from recipes import IndexedDropout

# What a call has to be, by its function and arguments, and what it does instead.
CALLS = {
    "a ReLU lost": (lambda call, args: call in (F.relu, torch.relu), lambda call, args, options: args[0]),
    "a shortcut lost": (lambda call, args: call in (torch.Tensor.add, torch.Tensor.__add__) and torch.is_tensor(args[1]),
                        lambda call, args, options: args[0] + 0 * args[1]),
    "what goes around a layer is lost": (lambda call, args: call is torch.cat and len(args[0]) == 2,
                                         lambda call, args, options: torch.cat([torch.zeros_like(args[0][0]), args[0][1]], 1)),
    "branches in another order": (lambda call, args: call is torch.cat and len(args[0]) > 2,
                                  lambda call, args, options: torch.cat([*args[0][1:], args[0][0]], 1)),
    "a mean that leaves padding out": (lambda call, args: call is F.avg_pool2d and len(args) > 3 and args[3] > 0,
                                       lambda call, args, options: F.avg_pool2d(*args[:4], count_include_pad=False)),
}


class Mode(TorchFunctionMode):
    """Counts the calls that are of a kind, and does something else instead of one of them."""

    def __init__(self, kind, place=None):
        super().__init__()
        (self.is_meant, self.instead), self.place, self.count = CALLS[kind], place, 0

    def __torch_function__(self, call, types, args=(), kwargs=None):
        if self.is_meant(call, args):
            self.count += 1
            if self.count - 1 == self.place:
                return self.instead(call, args, kwargs or {})
        return call(*args, **(kwargs or {}))


def replaced(kind, place):
    def change(network):
        forward = network.forward

        def wrong(x):
            with Mode(kind, place):
                return forward(x)

        network.forward = wrong

    return change


def middle(network, fits):
    """The layer in the middle of those that fit; None where there is none."""
    layers = [layer for layer in network.modules() if fits(layer)]
    return layers[len(layers) // 2] if layers else None


def is_norm(layer):
    return isinstance(layer, nn.BatchNorm2d)


def is_padded(layer):
    return isinstance(layer, nn.Conv2d) and max(layer.padding) > 0


def is_grouped(layer):
    return isinstance(layer, nn.Conv2d) and layer.groups > 1


def is_halving(layer):
    return isinstance(layer, Bottleneck) and layer.conv2.stride == (2, 2)


def replicates_padding(network):
    middle(network, is_padded).padding_mode = "replicate"


def deals_channels(network):
    """Groups take their channels by turns, and not in blocks."""
    layer = middle(network, is_grouped)
    layer.register_forward_pre_hook(lambda layer, inputs: inputs[0].unflatten(1, (-1, layer.groups)).transpose(1, 2).flatten(1, 2))


def exchanges_channels(network):
    """The first two of what enters a convolution of one channel a group."""
    layer = middle(network, is_grouped)
    layer.register_forward_pre_hook(lambda layer, inputs: torch.cat([inputs[0][:, 1:2], inputs[0][:, :1], inputs[0][:, 2:]], 1))


def halves_at_once(network):
    """The stride in the first convolution of a block, as the paper has it, and not in the second."""
    block = middle(network, is_halving)
    block.conv1.stride, block.conv2.stride = (2, 2), (1, 1)


def other_epsilon(network):
    layer = middle(network, is_norm)
    layer.eps = 1e-3 if layer.eps < 1e-4 else 1e-5


def running_statistics(network):
    """In training, too, and not those of the batch."""
    layer = middle(network, is_norm)
    layer.train = lambda mode=True: layer
    layer.training = False


def slow_statistics(network):
    middle(network, is_norm).momentum = 0.01


def biased_variance(network):
    """The running variance is that of the values, and not the one estimated from them."""
    layer, old = middle(network, is_norm), []
    layer.register_forward_pre_hook(lambda layer, inputs: old.append(layer.running_var.clone()) if layer.training else None)

    def hook(layer, inputs, outputs):
        if not layer.training:
            return
        count, kept = inputs[0].numel() // inputs[0].shape[1], old.pop() * (1 - layer.momentum)
        layer.running_var.data.copy_(kept + (layer.running_var - kept) * ((count - 1) / count))

    layer.register_forward_hook(hook)


def heads_weigh(factor):
    def change(network):
        forward = network.forward

        def wrong(x):
            output = forward(x)
            return (output[0], [(factor * weight, scores) for weight, scores in output[1]]) if isinstance(output, tuple) else output

        network.forward = wrong

    return change


def unscaled_dropout(network):
    layer = middle(network, lambda layer: isinstance(layer, IndexedDropout))
    layer.register_forward_hook(lambda layer, inputs, outputs: outputs * (1 - layer.p) if layer.training else outputs)


def built_wrongly(recipe):
    """(mistake, the change of the network, whether only its running statistics show it)."""
    network, dropouts = recipe.prepared()
    for kind in CALLS:
        with torch.no_grad(), Mode(kind) as counted:
            network.eval()(recipe.batch_of(0)[0])
        if counted.count:
            yield kind, replaced(kind, counted.count // 2), False
    if middle(network, is_padded):
        yield "padding by the nearest pixel", replicates_padding, False
    if grouped := middle(network, is_grouped):
        is_depthwise = grouped.groups == grouped.in_channels
        yield ("two channels exchanged", exchanges_channels, False) if is_depthwise else ("channels dealt to groups by turns", deals_channels, False)
    if middle(network, is_halving):
        yield "the stride in a block's first convolution", halves_at_once, False
    if recipe.has_heads and isinstance(network.train()(recipe.batch_of(0)[0]), tuple):
        yield "the heads' weight doubled", heads_weigh(2), False
        yield "the heads' weight a tenth more", heads_weigh(1.1), False
    if dropouts:
        yield "dropout without its factor", unscaled_dropout, False
    if middle(network, is_norm):
        yield "another epsilon", other_epsilon, False
        yield "a normalisation by its running statistics", running_statistics, False
        yield "the statistics' momentum a tenth", slow_statistics, True
        yield "the running variance biased", biased_variance, True
