"""LeNet-5 as published: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document Recognition",
Proceedings of the IEEE 86(11), 1998, sections II.B and II.C: 60,000 parameters.

What the paper says, and what is chosen where it is silent:
- "units in layers up to F6 compute a dot product [...] to which a bias is added. This weighted sum [...] is then passed through a sigmoid
  squashing function": f(a) = 1.7159 tanh(2/3 a) follows C1, S2, C3, S4, C5 and F6 alike.
- S2 and S4: the four inputs of a unit are added, multiplied by the map's coefficient, its bias is added.
- C3 sees subsets of S2's maps (table I): 1,516 parameters.
- Output: y_i = sum over j of (x_j - w_ij)^2, w_i a fixed bitmap of digit i, 7 wide and 12 high, +1 where it is drawn and -1 elsewhere.
  The paper prints its bitmaps only as a figure; those below are our own drawing of the ten digits.
- Loss: equation 9, y_D + log(e^-j + sum over i of e^-y_i), averaged over the batch. The paper asks only that j be positive: 1 here.
"""
import torch
from torch import nn

RIVAL = 1.0  # j of equation 9

# Table I, a column an entry: the maps of S2 that each map of C3 sees, in ascending order.
THREES = [(0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)]
FOURS = [(0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5), (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)]
SIX = [(0, 1, 2, 3, 4, 5)]

DIGITS = """
..###..
.##.##.
##...##
##...##
##...##
##...##
##...##
##...##
##...##
##...##
.##.##.
..###..

...##..
..###..
.####..
##.##..
...##..
...##..
...##..
...##..
...##..
...##..
...##..
.######

.#####.
##...##
##...##
.....##
.....##
....##.
...##..
..##...
.##....
##.....
##.....
#######

.#####.
##...##
##...##
.....##
.....##
..####.
..####.
.....##
.....##
##...##
##...##
.#####.

....##.
...###.
...###.
..####.
.##.##.
.##.##.
##..##.
##..##.
#######
....##.
....##.
....##.

#######
##.....
##.....
##.....
######.
##...##
.....##
.....##
.....##
##...##
##...##
.#####.

..####.
.##..##
##.....
##.....
##.....
######.
###..##
##...##
##...##
##...##
.##..##
..####.

#######
##...##
.....##
....##.
....##.
...##..
...##..
..##...
..##...
..##...
.##....
.##....

.#####.
##...##
##...##
##...##
.##.##.
..###..
.##.##.
##...##
##...##
##...##
##...##
.#####.

.####..
##..##.
##...##
##...##
##...##
##..###
.######
.....##
.....##
.....##
##..##.
.####..
"""


def digit_bitmaps():
    """The ten bitmaps, f32 [10, 84], rows from the top, each from the left: +1 for '#', -1 for '.'."""
    bitmaps = [block.split("\n") for block in DIGITS.strip().split("\n\n")]
    if [[len(row) for row in bitmap] for bitmap in bitmaps] != [[7] * 12] * 10:
        raise ValueError("ten digits of 12 rows of 7 are wanted")
    return torch.tensor([[1.0 if c == "#" else -1.0 for row in bitmap for c in row] for bitmap in bitmaps])


class Squash(nn.Module):
    def forward(self, x):
        return 1.7159 * torch.tanh(2 / 3 * x)


class Subsampling(nn.Module):
    def __init__(self, maps):
        super().__init__()
        self.coefficient = nn.Parameter(torch.empty(maps))
        self.bias = nn.Parameter(torch.empty(maps))

    def forward(self, x):
        total = 4 * nn.functional.avg_pool2d(x, 2)
        return total * self.coefficient[:, None, None] + self.bias[:, None, None]


class SparseConvolution(nn.Module):
    """C3: its maps by how many of S2's they see, each kind a grouped convolution over the maps gathered for it."""

    def __init__(self):
        super().__init__()
        self.threes = nn.Conv2d(18, 6, 5, groups=6)
        self.fours = nn.Conv2d(36, 9, 5, groups=9)
        self.six = nn.Conv2d(6, 1, 5)

    def forward(self, x):
        gathered = lambda table: x[:, [i for subset in table for i in subset]]
        return torch.cat([self.threes(gathered(THREES)), self.fours(gathered(FOURS)), self.six(x)], dim=1)


class RadialBasis(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("centres", digit_bitmaps())

    def forward(self, x):
        return (x[:, None, :] - self.centres).square().sum(-1)


def lenet5_1998():
    """Input 1x32x32; output: the squared distance to each digit's bitmap, so the smallest is the answer."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), Squash(), Subsampling(6), Squash(), SparseConvolution(), Squash(), Subsampling(16), Squash(),
        nn.Conv2d(16, 120, 5), Squash(), nn.Flatten(), nn.Linear(120, 84), Squash(), RadialBasis())


def loss_1998(distances, labels):
    """Equation 9, averaged over the batch."""
    own = distances.gather(1, labels[:, None])[:, 0]
    rivals = torch.cat([torch.full_like(own, -RIVAL)[:, None], -distances], dim=1).logsumexp(1)
    return (own + rivals).mean()
