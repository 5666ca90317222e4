package import KernelChoices

extension Arena {
    /// Throws `ExecutionError.outOfMemory` when the system refuses.
    package convenience init(byteCount: Int) throws(ExecutionError) {
        do throws(MemoryRefused) {
            try self.init(mapping: byteCount)
        } catch {
            throw .outOfMemory(bytes: error.bytes)
        }
    }
}
