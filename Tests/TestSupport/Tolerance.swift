/// How far a kernel may be from the plain loop: |difference| ≤ absolute + relative · |expected|.
package struct Tolerance {
    package var absolute: Float
    package var relative: Float

    /// Sums of up to a few thousand products of numbers in [−1, 1], in another order than the loop's: √n rounding errors of 6e-8
    /// on partial sums of size √n, with room.
    package static let sums = Tolerance(absolute: 1e-4, relative: 1e-4)
    /// Winograd's transforms multiply errors by the size of their constants, about 20 for tiles of 4×4.
    package static let winograd = Tolerance(absolute: 2e-3, relative: 1e-3)
    /// Polynomial approximations of exp and tanh.
    package static let elementary = Tolerance(absolute: 1e-5, relative: 1e-5)
    package static let exact = Tolerance(absolute: 0, relative: 0)

    package init(absolute: Float, relative: Float) {
        (self.absolute, self.relative) = (absolute, relative)
    }

    /// What is wrong first, or nil.
    package func mismatch(_ actual: [Float]?, _ expected: [Float]) -> String? {
        guard let actual else { return "no such tensor" }
        guard actual.count == expected.count else { return "\(actual.count) elements, expected \(expected.count)" }
        for index in actual.indices {
            // Written so that NaN fails.
            if !(abs(actual[index] - expected[index]) <= absolute + relative * abs(expected[index])) {
                return "element \(index) is \(actual[index]), expected \(expected[index])"
            }
        }
        return nil
    }
}
