package import Testing

extension Tolerance {
    package init(_ absolute: Double, relative: Double) {
        self.init(absolute: Float(absolute), relative: Float(relative))
    }

    /// The element that is farthest out, in units of what is allowed there: above 1 it is too far. Not-a-number is infinitely far.
    package func worst(_ actual: [Float], _ expected: [Float]) -> (element: Int, excess: Float) {
        precondition(actual.count == expected.count, "\(actual.count) numbers, not \(expected.count)")
        var worst = (element: 0, excess: Float(0))
        for index in actual.indices {
            let distance = abs(actual[index] - expected[index])
            if distance.isNaN { return (index, .infinity) }
            let excess = distance / (absolute + relative * abs(expected[index]))
            if distance > 0 && excess > worst.excess { worst = (index, excess) }
        }
        return worst
    }

    /// Expects every element to be near enough.
    package func expect(_ actual: [Float], _ expected: [Float], _ name: String, sourceLocation: SourceLocation = #_sourceLocation)
    {
        let (element, excess) = worst(actual, expected)
        #expect(
            excess <= 1,
            """
            \(name)[\(element)] is \(actual[element]), not \(expected[element]): \(excess) times what \(absolute) + \(relative) · |expected| \
            allows
            """, sourceLocation: sourceLocation)
    }
}
