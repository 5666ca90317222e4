// All that a user's program needs, by one import.

@_exported public import Checkpoints
@_exported public import Configuration
@_exported public import Datasets
@_exported public import Devices
@_exported public import Evaluation
@_exported public import ImageFiles
@_exported public import JSONText
@_exported public import KernelChoices
@_exported public import Kernels
@_exported public import ModelZoo
@_exported public import Networks
@_exported public import Parallelism
@_exported public import Planning
@_exported public import Profiling
@_exported public import ReferenceKernels
@_exported public import Rooflines
@_exported public import Sessions
@_exported public import SyntheticScenes
@_exported public import Tensors
@_exported public import TextLayout
@_exported public import Topology
@_exported public import Training
@_exported public import Verification
