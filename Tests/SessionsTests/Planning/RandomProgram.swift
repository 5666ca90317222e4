import KernelChoices
import Kernels
import ModelZoo
import Networks
import OneDNN
import Parallelism
import Planning
import Tensors
import TestSupport

/// A small network and a way to spread it, drawn by a seed: chains, branches, groups, gates, shuffles, odd sizes, tied weights, several
/// losses, smoothed labels, states; update rules, clipping; modes, devices, lanes, batches, micro-batches; and kernels that each worker draws for itself.
struct RandomProgram: CustomStringConvertible {
    let seed: Int
    let network: Network
    let mode: ParallelMode
    let devices: Int
    let lanes: Int
    let batch: Int
    let microBatches: Int?
    let kernels: KernelSelection
    let precision: Precision
    let classes: Int
    let rule: any UpdateRule

    var description: String {
        "seed \(seed): \(mode.rawValue) mode, \(devices) devices of \(lanes), batch \(batch), micro-batches \(microBatches.map(String.init) ?? "–"), "
            + "\(precision.rawValue), \(network.body.layers)"
    }

    /// - Parameter mostLanes: of a device.
    init(seed: Int, mostLanes: Int = 4) {
        var cases = RandomCases(seed: seed)
        self.seed = seed
        mode = cases.element(of: ParallelMode.allCases)
        devices = mode == .single ? 1 : cases.integer(2...6)
        lanes = cases.integer(1...mostLanes)
        batch = cases.integer(1...33)
        microBatches = cases.integer(0...2) == 0 ? cases.integer(1...batch) : nil
        precision = Precision.bf16.isSupported && cases.integer(0...3) == 0 ? .bf16 : .f32
        classes = cases.integer(2...9)
        switch cases.integer(0...3) {
        case 0: kernels = .standard
        case 1: kernels = KernelSelection(preferred: cases.element(of: KernelVariant.allCases))
        default:
            var drawn = KernelSelection.standard
            drawn.drawn = UInt64(seed)
            kernels = drawn
        }
        let network = Self.network(&cases, classes: classes)
        rule = Self.rule(&cases)
        self.network = cases.integer(0...1) == 0 ? network.normalizing(by: .synchronised) : network
    }

    private static func rule(_ cases: inout RandomCases) -> any UpdateRule {
        let plain: any UpdateRule =
            switch cases.integer(0...3) {
            case 0: LARS(trustCoefficient: 0.1)
            // An epsilon that counts: a gradient that is nothing but rounding is to move nothing.
            case 1: Adam(epsilon: 0.01)
            default: GradientDescent()
            }
        let clipped: any UpdateRule = cases.integer(0...2) == 0 ? Clipped(plain, toNorm: 0.5) : plain
        return cases.integer(0...3) == 0 ? ExponentialAverage(of: clipped, decay: 0.9) : clipped
    }

    private static func network(_ cases: inout RandomCases, classes: Int) -> Network {
        var channels = cases.integer(1...4)
        var extent = cases.integer(6...17)
        let input = Shape([channels, extent, extent])
        var layers: [any Layer] = []
        for _ in 0..<cases.integer(1...6) { layers.append(layer(&cases, &channels, &extent)) }
        if cases.integer(0...3) == 0 { layers.append(auxiliaryLoss(classes)) }
        layers.append(Flatten())
        if cases.integer(0...1) == 0 {
            layers.append(Dense(cases.integer(2...40)))
            layers.append(ReLU())
            if cases.integer(0...1) == 0 { layers.append(Dropout(0.5)) }
        }
        if cases.integer(0...3) == 0 {
            let units = cases.element(of: [6, 8, 12, 15])
            let count = cases.integer(2...3)
            layers.append(Dense(units))
            layers.append(
                Repeat(count) {
                    Dense(units, name: "cell")
                    Tanh()
                })
            if cases.integer(0...1) == 0 { layers.append(auxiliaryLoss(classes, name: "aux2")) }
        }
        layers.append(Dense(classes))
        let network = Network("random", input: input) { layers }
        return cases.integer(0...3) == 0 ? network.smoothingLabels(by: 0.1) : network
    }

    private static func auxiliaryLoss(_ classes: Int, name: String = "aux") -> any Layer {
        AuxiliaryLoss(weight: 0.3, name: name) { Dense(classes, name: "\(name).fc") }
    }

    private static func layer(_ cases: inout RandomCases, _ channels: inout Int, _ extent: inout Int) -> any Layer {
        switch cases.integer(0...19) {
        case 0...3:
            let kernel = cases.element(of: [1, 3, 5])
            let stride = extent > 8 ? cases.integer(1...2) : 1
            let groups = cases.element(of: [1, 1, 2, 3, 4].filter { channels % $0 == 0 })
            let filters = groups * cases.element(of: [1, 2, 3, 4, 6, 8, 16])
            channels = filters
            extent = (extent - 1) / stride + 1
            return Conv2D(filters, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups)
        case 4: return ReLU()
        case 5: return Tanh()
        case 6:
            guard extent >= 4 else { return ReLU() }
            extent /= 2
            return cases.integer(0...1) == 0 ? MaxPool2D(2) : AvgPool2D(2)
        case 7:
            return LocalResponseNorm(size: 3)
        case 8:
            return MeanFollowing(name: "mean\(cases.integer(0...1 << 20))", isRead: cases.integer(0...2) > 0)
        case 9:
            let (count, width, number) = (cases.integer(2...3), channels, cases.integer(0...1 << 20))
            let groups = cases.element(of: [1, 2, 3].filter { width % $0 == 0 })
            return Repeat(count) {
                Conv2D(width, kernel: 3, padding: 1, groups: groups, name: "tied\(number)")
                Tanh()
            }
        case 10:
            let same = Conv2D(channels, kernel: 3, padding: 1)
            return Add {
                Identity()
                same
            }
        case 11...18: return laterLayer(&cases, &channels, &extent)
        default:
            let parts = [cases.element(of: [1, 2, 4, 8]), cases.element(of: [2, 3, 4, 16])]
            channels = parts.reduce(0, +)
            return Concat {
                Conv2D(parts[0], kernel: 1)
                Conv2D(parts[1], kernel: 3, padding: 1)
            }
        }
    }

    /// What came after AlexNet.
    private static func laterLayer(_ cases: inout RandomCases, _ channels: inout Int, _ extent: inout Int) -> any Layer {
        let width = channels
        switch cases.integer(0...7) {
        case 0: return GELU()
        case 1:
            let groups = cases.element(of: [1, 2, 3, 4].filter { width % $0 == 0 })
            return Sequential {
                ChannelShuffle(groups: groups)
                Conv2D(width, kernel: 3, padding: 1, groups: width)
            }
        case 2:
            return Gated {
                GlobalAveragePool2D()
                Dense(width)
                Sigmoid()
            }
        case 3:
            return Highway {
                Conv2D(width, kernel: RowsAndColumns(1, 3), padding: RowsAndColumns(0, 1))
                Tanh()
            } gate: {
                Conv2D(width, kernel: 3, padding: 2, dilation: 2)
                Sigmoid()
            }
        case 4, 5: return normalization(&cases, width, extent)
        case 6:
            guard extent >= 4 else { return GELU() }
            extent = (extent - 1) / 2 + 1
            return BlurPool2D()
        default:
            let (filters, stride) = (width + cases.integer(0...3), extent >= 4 ? 2 : 1)
            channels = filters
            extent = (extent - 1) / stride + 1
            return Residual {
                Conv2D(filters, kernel: 3, stride: stride, padding: 1)
            } shortcut: {
                AvgPool2D(1, stride: stride)
                PadChannels(to: filters)
            }
        }
    }

    /// One value of a channel has no variance.
    private static func normalization(_ cases: inout RandomCases, _ channels: Int, _ extent: Int) -> any Layer {
        guard extent > 1 else { return ReLU() }
        guard cases.integer(0...1) == 0 else { return BatchNorm(momentum: 0.2) }
        return Residual {
            Conv2D(channels, kernel: 3, padding: 1, bias: false)
            BatchNorm()
        }
    }

    /// Into how many micro-batches the batch is cut.
    func microBatchCount() throws -> Int {
        try SessionGraphs(
            network, strategy: mode, devices: devices, lanes: lanes, batchSize: batch, microBatches: microBatches
        ).training.schedule.microBatches
    }

    /// The plans of all its workers, held against each other; nil where it cannot be spread so.
    func planned() throws -> PlannedStep? {
        do {
            return try PlannedStep(
                network, strategy: mode, devices: devices, lanes: lanes, batchSize: batch, microBatches: microBatches,
                rule: rule, kernels: kernels, precision: precision, engine: Engine.forPlanning())
        } catch is ParallelismError {
            return nil
        }
    }
}
