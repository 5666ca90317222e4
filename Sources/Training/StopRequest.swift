import Synchronization

/// A wish that a run ends at its next step, saved, to go on another time. May be made from any thread, and more than once.
public final class StopRequest: Sendable {
    private let flag = Atomic(false)

    public init() {}

    public func request() { flag.store(true, ordering: .releasing) }

    public var isRequested: Bool { flag.load(ordering: .acquiring) }
}
