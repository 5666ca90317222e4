import CRoofline
import Rooflines
import Testing

/// What is counted as work in a measurement is what was done: of loops by their results, of streams by their arrays.
@Suite struct CountsTests {
    private func run(
        _ loop: (UInt64, UnsafeMutablePointer<Float>?) -> UInt64, rounds: UInt64
    ) -> (operations: UInt64, sum: Double) {
        var sum: Float = 0
        let operations = loop(rounds, &sum)
        return (operations, Double(sum))
    }

    /// Every number in a register goes to 1, so their sum is how many there are; each is multiplied and added to in every round.
    @Test func multiplyAddsAreCounted() {
        let numbers = run(croofline_f32, rounds: 200).sum
        #expect(numbers >= 4 && numbers == numbers.rounded())
        for rounds in [0, 1, 7, 200] as [UInt64] {
            #expect(run(croofline_f32, rounds: rounds).operations == rounds * UInt64(numbers) * 2)
        }
    }

    /// Every product adds 2⁻¹⁴, without rounding while there are few.
    @Test(.enabled(if: croofline_bf16_instructions() != nil, "this processor has no instructions for bfloat16"))
    func productsOfBFloat16AreCounted() {
        for rounds in [0, 16, 64] as [UInt64] {
            let products = (run(croofline_bf16, rounds: rounds).sum - run(croofline_bf16, rounds: 0).sum) * 0x1p14
            #expect(Double(run(croofline_bf16, rounds: rounds).operations) == 2 * products)
            #expect((products > 0) == (rounds > 0))
        }
    }

    @Test func streamsPassOverEveryElement() throws {
        let arrays = try StreamArrays(elements: 4096)
        for index in 0..<4096 { (arrays.b[index], arrays.c[index]) = (Float(index % 61), Float(index % 7)) }
        #expect(croofline_read(arrays.b, 4096) == (0..<4096).reduce(0) { $0 + Float($1 % 61) })
        croofline_copy(arrays.a, arrays.b, 4096)
        #expect((0..<4096).allSatisfy { arrays.a[$0] == Float($0 % 61) })
        croofline_triad(arrays.a, arrays.b, arrays.c, 0.5, 4096)
        #expect((0..<4096).allSatisfy { arrays.a[$0] == Float($0 % 61) + Float($0 % 7) / 2 })
    }

    /// Bytes of an array are read, of two of them read and written, of three likewise.
    @Test(arguments: [(Exercise.read, 1), (.copy, 2), (.triad, 3)] as [(Exercise, Double)])
    func bytesAreCounted(exercise: Exercise, arrayCount: Double) throws {
        let lap = exercise.lap(1, try StreamArrays(elements: 1 << 16))
        #expect(lap.work == arrayCount * 4 * 65_536 && lap.end >= lap.begin)
    }

    /// From the first core's beginning to the last one's end, with the work of all.
    @Test func coresThatWorkTogetherAreTimedTogether() {
        let speed = Roofline.Speed(
            of: .copy,
            in: [
                [.copy: [Lap(begin: 100, end: 300, work: 6000), Lap(begin: 0, end: 1000, work: 6000)]],
                [.copy: [Lap(begin: 50, end: 250, work: 4000), Lap(begin: 0, end: 500, work: 4000)]],
            ])
        #expect(speed.best == 4e10 && speed.least == 1e10)
        #expect(speed.median == 2.5e10)
        #expect(abs(speed.spread - 0.75) < 1e-12)
        #expect(Roofline.Speed([3, 9, 5]).median == 5)
    }

    private func speed(_ value: Double) -> Roofline.Speed { Roofline.Speed([value / 2, value]) }

    /// Speeds are those of all cores together, at best; a core has a share.
    @Test func theRoofIsThatOfOneOfTheCores() {
        let roofline = Roofline(
            cores: 4, instructions: [:], peaks: [.f32: speed(1e12), .bf16: speed(4e12)], read: speed(1e11), copy: speed(2e11),
            triad: speed(1.5e11))
        #expect(roofline.bandwidth == 2e11)
        #expect(roofline.leastSeconds(floatingPointOperations: 5e11, bytes: 0) == 2)
        #expect(roofline.leastSeconds(floatingPointOperations: 5e11, bytes: 0, precision: .bf16) == 0.5)
        #expect(roofline.leastSeconds(floatingPointOperations: 0, bytes: 1e11) == 2)
        #expect(roofline.leastSeconds(floatingPointOperations: 5e11, bytes: 3e11) == 6)
        // Where there are no instructions for half the width, the others' peak counts.
        let old = Roofline(
            cores: 1, instructions: [:], peaks: [.f32: speed(1e12)], read: speed(3e11), copy: speed(2e11), triad: speed(1e11))
        #expect(old.leastSeconds(floatingPointOperations: 1e12, bytes: 0, precision: .bf16) == 1 && old.bandwidth == 3e11)
    }
}
