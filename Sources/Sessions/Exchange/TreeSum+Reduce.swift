extension TreeSum {
    /// The sum of whole vectors of equal length, in the same order. For checks; allocates its result.
    package static func reduce(_ vectors: [[Float]]) -> [Float] {
        let length = vectors.first?.count ?? 0
        let sum = TreeSum(count: vectors.count)
        let terms = vectors.map { vector in
            let place = UnsafeMutablePointer<Float>.allocate(capacity: max(1, length))
            place.initialize(from: vector, count: length)
            return UnsafePointer(place)
        }
        defer { for term in terms { term.deallocate() } }
        return [Float](unsafeUninitializedCapacity: length) { result, initialized in
            guard let destination = result.baseAddress else { return }
            terms.withUnsafeBufferPointer { terms in
                guard let base = terms.baseAddress else { return }
                for start in stride(from: 0, to: length, by: chunk) {
                    sum.sum(base, offset: start, length: min(chunk, length - start), into: destination + start)
                }
            }
            initialized = length
        }
    }
}
