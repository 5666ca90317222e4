import Kernels
import Testing

@Suite struct KernelMeasurementTests {
    /// In single precision, and when each word is read as two numbers of bfloat16: neither zeros, on which some processors are faster, nor
    /// denormal or infinite numbers, on which others are slower.
    @Test func kernelsAreTimedOnNumbersOfTheSizeOfActivations() {
        var numbers = [Float](repeating: 0, count: 1001)
        numbers.withUnsafeMutableBufferPointer { all in
            KernelMeasurement.fill(UnsafeMutableBufferPointer(rebasing: all.dropLast()))
        }
        #expect(numbers[1000] == 0)
        let words = numbers.dropLast().map(\.bitPattern)
        let uppers = words.map { Float(bitPattern: $0 & 0xFFFF_0000) }
        let lowers = words.map { Float(bitPattern: $0 << 16) }
        for (format, values) in [("f32", words.map(Float.init(bitPattern:))), ("upper", uppers), ("lower", lowers)] {
            #expect(values.allSatisfy { (0.25..<1).contains(abs($0)) }, "\(format)")
            #expect(values.contains { $0 < 0 } && values.contains { $0 > 0 }, "\(format)")
        }
        // At random, and not a few again and again.
        #expect(Set(words).count > 900)
    }
}
