import Devices
import Kernels
import Networks
import Parallelism
import Planning

/// A worker's step bound to memory: what its lane runs.
final class WorkerPlan {
    enum Item {
        case load(LoadKernel)
        case compute(any Kernel)
        case exchange(any Kernel)
        case wait(Wait)
    }

    struct Wait {
        /// Whether the worker gives a signal itself.
        let signals: Bool
        let needs: [StepSignals.Need]
    }

    struct Label {
        let title: String
        let layer: String
    }

    /// What one micro-step gives of an output of the graph.
    struct Report {
        /// Its place among the graph's outputs.
        let output: Int
        let role: GraphOutput.Role
        /// The examples.
        let rows: Range<Int>
        let values: UnsafePointer<Float>
        /// Values of each example.
        let width: Int
    }

    let items: [Item]
    /// What each item is, for errors.
    let labels: [Label]
    /// What each item has to do.
    let planItems: [PlanItem]
    /// Each item's place in the unbound plan, where renamings and empty slices are counted too.
    private let places: [Int]
    /// The item at work, or where the last step ended.
    private var reached = 0
    /// The examples that this worker reports, and where their results lie; none where another worker does.
    let reports: [Report]
    /// What completes this device's parameters from the slices that other devices have updated.
    let gathers: [any Kernel]
    private let device: Int
    private let lane: Int
    let worker: Int

    init(
        items: [Item], labels: [Label], planItems: [PlanItem], places: [Int], reports: [Report], gathers: [any Kernel],
        device: Int, lane: Int,
        worker: Int
    ) {
        self.items = items
        self.labels = labels
        self.planItems = planItems
        self.places = places
        self.reports = reports
        self.gathers = gathers
        self.device = device
        self.lane = lane
        self.worker = worker
    }

    /// Runs a step. Suspends where it waits only; allocates nothing.
    func run(
        _ step: StepArguments, batch: BatchAddress, transport: any Transport, recorder: CoreRecorder, progress: StepProgress
    ) async throws -> StepClock {
        var clock = StepClock()
        var last = monotonicNanoseconds()
        for index in items.indices {
            reached = index
            try progress.begin(index, worker: worker)
            switch items[index] {
            case .load(let kernel):
                kernel.run(batch)
                clock.load += elapsed(&last, index, recorder)
            case .compute(let kernel):
                do { try kernel.run(step) } catch { throw failure(error, index, step) }
                clock.compute += elapsed(&last, index, recorder)
            case .exchange(let kernel):
                do { try kernel.run(step) } catch { throw failure(error, index, step) }
                clock.exchange += elapsed(&last, index, recorder)
            case .wait(let wait):
                try await transport.meet(worker, signals: wait.signals, needs: wait.needs)
                clock.waiting += elapsed(&last, index, recorder)
            }
        }
        reached = items.count
        try progress.begin(items.count, worker: worker)
        return clock
    }

    /// How many items of the unbound plan the last step has begun.
    var begunItems: Int { reached < places.count ? places[reached] + 1 : .max }

    @inline(__always)
    private func elapsed(_ last: inout UInt64, _ index: Int, _ recorder: CoreRecorder) -> UInt64 {
        let now = monotonicNanoseconds()
        if recorder.isOn { recorder.note(UInt32(index), begin: last, end: now) }
        defer { last = now }
        return now - last
    }

    /// What each item is, and for whom it waits, for somebody who watches.
    var itemTexts: [StallWatch.Item] {
        zip(items, labels).map { item, label in
            if case .wait(let wait) = item { return StallWatch.Item(text: label.title, awaits: wait.needs.map(\.worker)) }
            return StallWatch.Item(text: label.layer.isEmpty ? label.title : "\(label.title) of \(label.layer)", awaits: nil)
        }
    }

    /// The first item that changes a parameter; none in a plan for inference.
    var firstUpdate: Int { planItems.firstIndex { $0.kind == .update && $0.microStep == nil } ?? .max }

    private func failure(_ error: any Error, _ index: Int, _ step: StepArguments) -> ExecutionError {
        let (layer, operation) = (labels[index].layer, labels[index].title)
        if error is NotFinite {
            let place = NonFiniteValue.Place.result(operation: operation)
            return .notFinite(NonFiniteValue(device: device, lane: lane, step: step.step, layer: layer, place: place))
        }
        return .kernelFailed(
            device: device, lane: lane, step: step.step, layer: layer, operation: operation, reason: "\(error)")
    }
}

/// Where the parts of the host's batch lie, each whole and row-major, in the order of the graph's inputs. They stay until the step is over.
struct BatchAddress: Sendable {
    let inputs: [UInt]

    /// Of a command that needs no batch.
    static let none = BatchAddress(inputs: [])

    func words(ofInput number: Int) -> UnsafePointer<UInt32>? {
        number < inputs.count ? UnsafePointer(bitPattern: inputs[number]) : nil
    }
}

/// Copies a worker's block of a part of the batch into its memory: its examples, and where they are divided so, its channels.
final class LoadKernel {
    private let input: Int
    private let runs: [ExchangeBlock.Run]
    /// Whole numbers are as wide as others.
    private let destination: UnsafeMutablePointer<UInt32>

    init(input: Int, block: ExchangeBlock, whole: ExchangeBlock, destination: UnsafeMutableRawPointer) {
        self.input = input
        self.destination = destination.assumingMemoryBound(to: UInt32.self)
        runs = block.runs(in: whole)
    }

    func run(_ batch: BatchAddress) {
        guard let batch = batch.words(ofInput: input) else { return }
        for run in runs {
            for row in 0..<run.rows {
                (destination + run.offset + row * run.stride).update(
                    from: batch + run.otherOffset + row * run.otherStride, count: run.length)
            }
        }
    }
}
