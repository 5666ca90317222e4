import Devices
import Locks
import Planning

/// Notices a step in which no worker moves any more, and ends it with an error that says who waits for whom.
///
/// It counts its own ticks, so that a program that was stopped and goes on, or a machine that slept, has not stalled. The limit is beyond
/// the longest step seen (`StallClock`), since a kernel may take as long as most of a step.
final class StallWatch: Sendable {
    /// A plan's item in words, and the workers for whom it waits; nil where it works.
    struct Item: Sendable {
        let text: String
        let awaits: [Int]?
    }

    struct Plan: Sendable {
        let device: Int
        let lane: Int
        var items: [PlanPurpose: [Item]] = [:]
        /// The first item that changes a parameter.
        var firstUpdate = Int.max
    }

    private struct State {
        /// The step at work, and a number that tells it from others.
        var command: (number: Int, step: Int?, purpose: PlanPurpose)?
        var count = 0
        var plans: [Plan?]
        /// Whether the step has been found stalled, and what is known of the parameters since.
        var verdict: Verdict?
        var isHeard = false
    }

    enum Verdict: Sendable {
        /// Being worked out.
        case pending
        /// No worker had begun to update a parameter, and none will.
        case parametersAreWhole
        case parametersMayBeTorn
    }

    private let limit: UInt64
    private let progress: StepProgress
    private let failures: FailureBoard
    private let barrier: StepBarrier
    private let transport: any Transport
    private let gate: StepBarrier
    private let state: Guarded<State>
    /// Called where nobody can hear of the stall, since the thread that would hear is the one that stands still.
    private let unheard: (@Sendable (any Error) -> Void)?

    init(_ limit: Duration, shared: SessionState, workers: Int, unheard: (@Sendable (any Error) -> Void)?) {
        self.limit = UInt64(clamping: limit.components.seconds &* 1_000_000_000 &+ limit.components.attoseconds / 1_000_000_000)
        progress = shared.progress
        failures = shared.failures
        barrier = shared.barrier
        transport = shared.transport
        gate = shared.gate
        state = Guarded(State(plans: Array(repeating: nil, count: workers)))
        self.unheard = unheard
    }

    func note(_ plan: Plan, worker: Int) { state.withLock { $0.plans[worker] = plan } }

    func begin(step: Int?, purpose: PlanPurpose) {
        state.withLock {
            $0.count += 1
            $0.command = ($0.count, step, purpose)
        }
    }

    func end() { state.withLock { $0.command = nil } }

    /// Whether a step has been found stalled.
    var hasFired: Bool { state.withLock { $0.verdict != nil } }

    /// Whether the parameters are those of the last whole step although the session has failed.
    var parametersAreWhole: Bool { state.withLock { if case .parametersAreWhole = $0.verdict { true } else { false } } }

    /// Waits until all is known of a step that has been found stalled; returns at once otherwise.
    func settle() async {
        state.withLock { $0.isHeard = true }
        while state.withLock({ if case .pending = $0.verdict { true } else { false } }) {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Watches until the task is cancelled or a step has stalled.
    func watch() async {
        let tick = min(max(limit / 8, 1_000_000), 1_000_000_000)
        var clock = StallClock<StepProgress.Place>(limit: limit)
        var last = monotonicNanoseconds()
        while !Task.isCancelled {
            try? await Task.sleep(nanoseconds: tick)
            let now = monotonicNanoseconds()
            let elapsed = min(now - last, 2 * tick)
            last = now
            let command = state.withLock { $0.command }
            let places = progress.snapshot()
            guard clock.hasStalled(step: command?.number, at: places, after: elapsed), let command else { continue }
            await fire(command.step, command.purpose, places, seconds: Double(clock.idle) / 1e9)
            return
        }
    }

    private func fire(_ step: Int?, _ purpose: PlanPurpose, _ places: [StepProgress.Place], seconds: Double) async {
        let plans = state.withLock { state in
            state.verdict = .pending
            return state.plans
        }
        let positions = zip(plans, places).compactMap { plan, place -> StalledStep.Position? in
            guard let plan else { return nil }
            let items = plan.items[purpose] ?? []
            let item =
                place.item < items.count ? items[place.item] : Item(text: "the end of the step", awaits: Array(plans.indices))
            return StalledStep.Position(
                device: plan.device, lane: plan.lane, instruction: item.text, isWaiting: item.awaits != nil,
                awaits: (item.awaits ?? []).compactMap { plans[$0].map { StalledStep.Worker(device: $0.device, lane: $0.lane) } })
        }
        let error = ExecutionError.stalled(StalledStep(step: step, seconds: seconds, positions: positions))
        // In this order: the error is there before anybody goes on, and nobody begins another item before parameters are looked at.
        failures.settle(error)
        progress.stop()
        barrier.fail(FailureBoard.StoppedByAnother())
        transport.fail(FailureBoard.StoppedByAnother())
        try? await Task.sleep(nanoseconds: min(limit, 500_000_000))
        let reached = progress.snapshot()
        let isWhole = zip(plans, reached).allSatisfy { plan, place in
            purpose == .inference || plan.map { place.item < $0.firstUpdate } ?? false
        }
        state.withLock { $0.verdict = isWhole ? .parametersAreWhole : .parametersMayBeTorn }
        gate.fail(error)
        guard let unheard else { return }
        // A host that runs on the core that stands still never hears of it.
        for _ in 0..<100 {
            if state.withLock({ $0.isHeard }) { return }
            try? await Task.sleep(for: .milliseconds(50))
        }
        unheard(error)
    }
}
