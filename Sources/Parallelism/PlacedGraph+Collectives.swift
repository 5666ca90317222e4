import Networks

extension PlacedGraph {
    /// A collective that would leave a worker with elements that nobody gives it, or with a sum that lacks somebody's part; nil where all
    /// are complete, as they are to be.
    ///
    /// Cost: for each collective, worker and turn the worker's peers.
    public func incompleteCollective() -> String? {
        for case .collective(let kind, let axes, let input, let output) in microStepInstructions {
            for worker in 0..<mesh.workerCount {
                let peers = kind == .slice ? [worker] : mesh.group(of: worker, along: axes)
                for microStep in 0..<microStepCount(of: worker) {
                    let wanted = ranges(of: output, worker: worker, microStep: microStep)
                    let count = wanted.reduce(1) { $0 * $1.count }
                    let offers = peers.map { peer in
                        zip(wanted, ranges(of: input, worker: peer, microStep: microStep)).reduce(1) {
                            $0 * $1.0.clamped(to: $1.1).count
                        }
                    }
                    let isComplete = kind.reduces ? offers.allSatisfy { $0 == count } : offers.reduce(0, +) == count
                    guard !isComplete else { continue }
                    return "worker \(worker) gets \(offers) of \(count) elements in the \(kind.rawValue) of \(self[output].name)"
                }
            }
        }
        return nil
    }
}
