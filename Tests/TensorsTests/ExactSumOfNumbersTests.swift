import Tensors
import Testing

/// A sum in which nothing is rounded, so that no order matters.
@Suite struct ExactSumOfNumbersTests {
    /// Sums with their memory.
    private final class Sum {
        private let memory = UnsafeMutablePointer<Int64>.allocate(capacity: ExactSum.limbCount)
        let sum: ExactSum

        init(_ numbers: some Sequence<Double> = []) {
            sum = ExactSum(at: memory)
            sum.clear()
            for number in numbers { sum.add(number) }
            sum.settle()
        }

        deinit { memory.deallocate() }

        var value: Double { withExtendedLifetime(self) { sum.value } }

        func add(_ other: Sum) { withExtendedLifetime((self, other)) { sum.add(other.sum) } }
        func settle() { withExtendedLifetime(self) { sum.settle() } }
    }

    @Test(
        arguments: [
            0, 1, 1.5, .pi, .ulpOfOne, .leastNonzeroMagnitude, .leastNormalMagnitude, .leastNormalMagnitude.nextDown,
            .greatestFiniteMagnitude, 0x1p-1000, 0x1.fffffffffffffp31, 0x1.fffffffffffffp32, 0x1.0000000000001p-31,
        ] as [Double]) func oneNumberIsItself(number: Double)
    {
        #expect(Sum([number]).value == number)
    }

    /// Squares of single precision from the least to the greatest, which no double holds together.
    @Test func orderDoesNotMatter() {
        let random = RandomSource(seed: 4, purpose: .synthesis)
        let numbers = (0..<3000).map { index in
            let number = Double(sign: .plus, exponent: random.integer(index: index, below: 500) - 280, significand: 1)
            return number * (1 + Double(random.uniform(step: 1, index: index)))
        }
        let expected = Sum(numbers).value
        #expect(Sum(numbers.reversed()).value == expected && Sum(numbers.sorted()).value == expected)
        // In parts, whoever adds which.
        for parts in [2, 3, 7] {
            let total = Sum()
            for part in 0..<parts { total.add(Sum(numbers.indices.filter { $0 % parts == part }.map { numbers[$0] })) }
            total.settle()
            #expect(total.value == expected, "\(parts) parts")
        }
    }

    /// What a sum of doubles would lose.
    @Test func nothingIsLost() {
        #expect(Sum([0x1p100] + Array(repeating: 1, count: 1 << 12)).value == 0x1p100)
        #expect(Sum(Array(repeating: 1, count: 1 << 12) + [0x1p60]).value == 0x1p60 + 0x1p12)
        #expect(Sum(Array(repeating: 0.1, count: 10)).value == 1.0000000000000000555)
        #expect(Sum(Array(repeating: 0x1.fffffffffffffp62, count: 5000)).value == 5000 * 0x1.fffffffffffffp62)
    }

    @Test func whatIsNoNumberIsNotHidden() {
        for bad in [Double.infinity, .nan] {
            #expect(Sum([1, bad, 2]).value == .infinity)
            let total = Sum([3])
            total.add(Sum([bad]))
            total.settle()
            #expect(total.value == .infinity)
        }
    }
}
