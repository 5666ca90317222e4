import CKernels
import OneDNN
import Testing

@Suite struct CopyPastTests {
    /// From and to places that are at multiples of no vector, with nothing written before and behind.
    @Test(arguments: [0, 1, 15, 16, 17, 100, 4097], InstructionSet.available)
    func everyElementIsCopiedAndNoOther(count: Int, instructions: InstructionSet) {
        let source = (0..<count + 32).map(Float.init)
        for (from, to) in [(0, 0), (1, 0), (0, 3), (5, 17)] {
            var destination = [Float](repeating: -1, count: count + 32)
            source.withUnsafeBufferPointer { source in
                destination.withUnsafeMutableBufferPointer { destination in
                    ckernels_copy_past(
                        instructions.rawValue, Int64(count), source.baseAddress! + from, destination.baseAddress! + to)
                }
            }
            #expect(Array(destination[to..<to + count]) == Array(source[from..<from + count]))
            #expect((destination[..<to] + destination[(to + count)...]).allSatisfy { $0 == -1 })
        }
    }
}
