/// One way to compute an operation: when there is it, which layouts and what memory it wants, and what its use costs.
package protocol KernelImplementation: Sendable {
    /// Its name among the operation's ways.
    var variant: KernelVariant { get }

    /// Whether it is made for these shapes, layouts and this number format. Making it may fail nevertheless, on a processor or by a
    /// version of the library that lacks it.
    func isPossible(for request: KernelRequest) -> Bool

    /// The kernel for one worker's block: which layouts it reads and writes, what memory it needs. Asked for only where it is possible.
    ///
    /// Called once per plan, on the thread of the lane that will run the kernel. Throws what the library refuses.
    func kernel(for request: KernelRequest) throws -> KernelChoice

    /// How many times its own time it counts when ways to compute are compared: more than once where its use costs others something,
    /// such as copies behind it.
    func costFactor(for request: KernelRequest) -> Double
}

extension KernelImplementation {
    package func costFactor(for request: KernelRequest) -> Double { 1 }
}
