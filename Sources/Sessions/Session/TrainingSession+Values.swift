import Layouts
import Locks
import Networks
import OneDNN
import Parallelism
import Planning
import Tensors

extension TrainingSession {
    /// Gives every parameter its first value, a function of the seed alone.
    ///
    /// One parameter after the other, through a worker's idle arena: the host needs no memory for them.
    public func initializeParameters() async throws {
        for (index, parameter) in parameters.enumerated() {
            let room = try stagingBuffer(0).room(parameter.shape.elementCount * MemoryLayout<Float>.stride)
            let place = InitialParameters.Destination(room.base, byteCount: room.byteCount)
            await InitialParameters.fill(parameter, stream: index, seed: seed, place)
            try await command(.setParameter(index, place, lentBy: room.isLent ? 0 : nil))
            withExtendedLifetime(room) {}
        }
    }

    /// Gives a parameter's values, whole and row-major, to `body`.
    ///
    /// They lie in a worker's idle arena meanwhile, so that the host needs no memory for them, and the last step's gradients may
    /// be gone afterwards. Throws what made the session fail, and what `body` throws.
    public func withValues<Result>(
        ofParameter index: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        try withValues(ofParameter: index, staging: stagingBuffer(0), body)
    }

    func withValues<Result>(
        ofParameter index: Int, staging: StagingBuffer, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        try withWhole(index, staging: staging, body) { transfer, layout, whole, staging in
            let source = shared.parameterMemory.address(of: index, device: transfer.device)
            try transfer.get(index, in: layout, at: source, to: whole, staging: staging)
        }
    }

    /// Gives one of the optimizer's slots of a parameter, whole and row-major, to `body`; zeros where the parameter is not trained. As
    /// `withValues`.
    public func withOptimizerState<Result>(
        ofParameter index: Int, slot: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        try withOptimizerState(ofParameter: index, slot: slot, staging: stagingBuffer(0), body)
    }

    func withOptimizerState<Result>(
        ofParameter index: Int, slot: Int, staging: StagingBuffer, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        try withWhole(index, staging: staging, body) { transfer, layout, whole, staging in
            try transfer.withStoredState(of: index, slot: slot, staging: staging) { stored, left in
                try transfer.get(index, in: layout, at: stored, to: whole, staging: left)
            }
        }
    }

    private func withWhole<Result>(
        _ index: Int, staging: StagingBuffer, _ body: (UnsafeBufferPointer<Float>) throws -> Result,
        _ get: (ParameterTransfer, Layout, UnsafeMutablePointer<Float>, StagingBuffer) throws -> Void
    ) throws -> Result {
        if let failure = shared.failures.failure, !hasWholeParameters { throw failure }
        precondition(!shared.isEnded.withLock { $0 }, "a session that has ended has no parameters")
        // Of the calling thread: a reorder on it is not to start others.
        ComputeThread.useOneOpenMPThread()
        let count = parameters[index].shape.elementCount
        let room = try staging.room(count * MemoryLayout<Float>.stride)
        return try withExtendedLifetime(room) {
            let whole = room.base.assumingMemoryBound(to: Float.self)
            whole.update(repeating: 0, count: count)
            let layouts = shared.layouts.withLock { $0.parameters }
            let stream = try ComputeStream(engine: engine)
            for worker in 0..<training.mesh.workerCount {
                let transfer = ParameterTransfer(
                    placed: training, worker: worker, layouts: layouts, engine: engine, stream: stream,
                    transport: shared.transport,
                    parameters: shared.parameterMemory)
                guard let layout = layouts[index], transfer.isFirstHolder(of: index) else { continue }
                try get(transfer, layout, whole, staging.after(room))
            }
            return try body(UnsafeBufferPointer(start: whole, count: count))
        }
    }

    /// Of a failed session none: a worker may still be at work in it.
    private func stagingBuffer(_ worker: Int) -> StagingBuffer {
        shared.failures.failure == nil ? shared.staging.withLock { $0[worker] } : .none
    }
}
