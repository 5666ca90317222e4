package import Devices
package import Planning

/// How workers come by what others have computed: the only way from one worker's memory to another's.
///
/// Before the first step each worker publishes, by name, where what others read of it will lie. In a step it signals that all up to here is
/// written, and waits for others' signals; behind that it reads under their names. The addresses that `readable` gives stay for the session,
/// so kernels are bound to them once. In shared memory they are the owner's own. A transport between hosts would give room of the reader's,
/// and fill it before the wait ends.
package protocol Transport: AnyObject, Sendable {
    /// Makes known where something lies. Its owner writes it; others read it behind a signal of the owner's.
    func publish(_ name: Published, at address: UnsafeMutableRawPointer, byteCount: Int)

    /// Where a worker reads what another one has published, or itself: its own lies where it was published. All have published when it is
    /// asked.
    func readable(_ name: Published, by worker: Int) -> UnsafeRawPointer

    /// Begins another step, in which nobody has given a signal. All workers stand still.
    func beginStep()

    /// Gives the worker's next signal, if it is to, and waits until others have given theirs. Throws what `fail` was given.
    func meet(_ worker: Int, signals: Bool, needs: [StepSignals.Need]) async throws

    /// Wakes everybody who waits, now or later, with an error.
    func fail(_ error: any Error)
}

extension Transport {
    /// The same, as numbers.
    func numbers(_ name: Published, by worker: Int) -> UnsafePointer<Float> {
        readable(name, by: worker).assumingMemoryBound(to: Float.self)
    }
}
