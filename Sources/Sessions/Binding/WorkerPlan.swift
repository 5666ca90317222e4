import Devices
import KernelChoices
import Networks
import Parallelism
import Planning

/// A worker's step bound to memory: what its lane runs.
final class WorkerPlan {
    /// What an item runs.
    enum Work {
        case load(LoadKernel)
        case compute(any Kernel)
        case exchange(any Kernel)
        case wait(Wait)
    }

    /// An item of the unbound plan, bound.
    struct Item {
        let work: Work
        /// Its place in the unbound plan, where renamings and empty slices are counted too.
        let place: Int
        /// What it is and of what, for messages.
        let title: String
        let subject: String
        /// What it has to do.
        let summary: ItemSummary
    }

    struct Wait {
        /// Whether the worker gives a signal itself.
        let signals: Bool
        let needs: [StepSignals.Need]
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
    /// What the items run, one behind the other.
    private let works: [Work]
    /// The item at work, or where the last step ended.
    private var reached = 0
    /// The examples that this worker reports, and where their results lie; none where another worker does.
    let reports: [Report]
    /// What completes this device's parameters from the slices that other devices have updated.
    let gathers: [any Kernel]
    private let device: Int
    private let lane: Int
    let worker: Int

    init(items: [Item], reports: [Report], gathers: [any Kernel], device: Int, lane: Int, worker: Int) {
        self.items = items
        works = items.map(\.work)
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
        for index in works.indices {
            reached = index
            try progress.begin(index, worker: worker)
            switch works[index] {
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
        reached = works.count
        try progress.begin(works.count, worker: worker)
        return clock
    }

    /// How many items of the unbound plan the last step has begun.
    var begunItems: Int { reached < items.count ? items[reached].place + 1 : .max }

    @inline(__always)
    private func elapsed(_ last: inout UInt64, _ index: Int, _ recorder: CoreRecorder) -> UInt64 {
        let now = monotonicNanoseconds()
        if recorder.isOn { recorder.note(UInt32(index), begin: last, end: now) }
        defer { last = now }
        return now - last
    }

    /// What each item is, and for whom it waits, for somebody who watches.
    var itemTexts: [StallWatch.Item] {
        items.map { item in
            if case .wait(let wait) = item.work { return StallWatch.Item(text: item.title, awaits: wait.needs.map(\.worker)) }
            return StallWatch.Item(
                text: item.subject.isEmpty ? item.title : "\(item.title) of \(item.subject)", awaits: nil)
        }
    }

    /// The first item that changes a parameter; none in a plan for inference.
    var firstUpdate: Int { items.firstIndex { $0.summary.kind == .update && $0.summary.microStep == nil } ?? .max }

    private func failure(_ error: any Error, _ index: Int, _ step: StepArguments) -> ExecutionError {
        let (layer, operation) = (items[index].subject, items[index].title)
        if error is NotFinite {
            let place = NonFiniteValue.Place.result(operation: operation)
            return .notFinite(NonFiniteValue(device: device, lane: lane, step: step.step, layer: layer, place: place))
        }
        return .kernelFailed(
            device: device, lane: lane, step: step.step, layer: layer, operation: operation, reason: "\(error)")
    }
}
