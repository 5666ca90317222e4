import Locks
import Planning

/// What the workers of a session say of their plans for a profile.
final class ProfileBoard: Sendable {
    private struct State {
        var items: [Int: [ItemSummary]] = [:]
        var kernelNanoseconds: [Int: [UInt64]] = [:]
    }

    private let state = Guarded(State())

    func note(_ items: [ItemSummary], ofWorker worker: Int) {
        state.withLock { $0.items[worker] = items }
    }

    func note(kernelNanoseconds: [UInt64], ofWorker worker: Int) {
        state.withLock { $0.kernelNanoseconds[worker] = kernelNanoseconds }
    }

    /// By worker.
    var items: [[ItemSummary]] { state.withLock { $0.items.sorted { $0.key < $1.key }.map(\.value) } }
    var kernelNanoseconds: [[UInt64]] { state.withLock { $0.kernelNanoseconds.sorted { $0.key < $1.key }.map(\.value) } }
}
