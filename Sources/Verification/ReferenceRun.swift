import Networks
import Parallelism
import Sessions
import Tensors

/// What one device with one core computes: the parameters after every step, to which everything else is held.
///
/// Keeps steps + 1 copies of all parameters, and digests of the optimizer's state.
struct ReferenceRun {
    static let test = VerificationCase(mode: .data, devices: 1, coresPerDevice: 1)

    let graph: Graph
    /// How many near ties are allowed for.
    private(set) var nearTies: Int
    /// How far one device parts from itself where rounding alone differs: the share of what is allowed.
    private(set) var roundingShare: Double?
    /// By steps taken; the first is the beginning.
    private(set) var values: [[HostTensor]]
    /// Of the steps.
    private(set) var results: [StepResult] = []
    /// Digests of the optimizer's state after the steps, by parameter.
    private(set) var states: [[String]] = []
    /// The largest change of any element of a parameter since the beginning, by steps taken and parameter.
    private var changes: [[Double]]

    init(of graph: Graph, initial: [HostTensor]) {
        self.graph = graph
        nearTies = Agreement.nearTies(in: graph)
        values = [initial]
        changes = [initial.map { _ in 0 }]
    }

    mutating func add(_ result: StepResult, _ parameters: [HostTensor], stateDigests: [String]) {
        results.append(result)
        states.append(stateDigests)
        values.append(parameters)
        changes.append(zip(parameters, values[0]).map { Self.largestChange($0.values, $1.values) })
    }

    /// Takes note of how far one device parted from itself where all its weights began one unit in the last place away, as shares of
    /// what is allowed after each step: twice as much is allowed from now on.
    mutating func widen(toTwice shares: [Double]) {
        let before = shares.indices.map { agreement(after: $0 + 1) }
        nearTies = zip(before, shares).map { $0.nearTies(explaining: $1, batchSize: graph.batchSize) }.reduce(nearTies, max)
        let now = shares.indices.map { agreement(after: $0 + 1) }
        roundingShare = shares.indices.map { shares[$0] * before[$0].shareOfChange / now[$0].shareOfChange }.max()
    }

    func agreement(after step: Int) -> Agreement {
        Agreement(steps: step, batchSize: graph.batchSize, nearTies: nearTies)
    }

    /// How far from one device's the mean loss of a step may be where the parameters before it may differ: a thousandth, and the share
    /// of the losses' spread that is allowed of the parameters' change.
    func lossAllowance(after step: Int) -> Double {
        let losses = results[..<step].map(\.loss)
        let spread = (losses.max() ?? 0) - (losses.min() ?? 0)
        return Agreement.smoothShare * max(1, abs(losses[step - 1])) + agreement(after: step).shareOfChange * spread
    }

    /// The parameters that are not the same bits after `step` steps, and how far from them they are.
    func differences(after step: Int, _ found: [HostTensor]) -> [ParameterDifference] {
        let agreement = agreement(after: step)
        let counted = Agreement.counted(changes[step], in: graph)
        return found.indices.compactMap { parameter in
            ParameterDifference(
                of: graph.parameters[parameter].name, step: step, expected: values[step][parameter], found: found[parameter],
                change: counted[parameter], agreement: agreement)
        }
    }

    private static func largestChange(_ a: [Float], _ b: [Float]) -> Double {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                var largest: Float = 0
                for index in a.indices {
                    let change = abs(a[index] - b[index])
                    // `max` would pass over what is no number.
                    guard change.isFinite else { return .nan }
                    largest = max(largest, change)
                }
                return Double(largest)
            }
        }
    }
}
