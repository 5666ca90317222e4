extension Binder {
    /// The optimizer's state of a slice, entered so that the host can have it and set it.
    func velocity(of parameter: Int, slice: Range<Int>) throws -> UnsafeMutablePointer<Float> {
        let address = try memory.velocity(of: parameter, count: slice.count)
        book.enter(AddressBook.OptimizerSlice(worker: worker, elements: slice, address: address), of: parameter)
        return address
    }
}
