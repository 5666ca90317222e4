import KernelChoices
import Planning
import Testing

/// What tensors that go in and out of the devices take beside the arena through which they go.
@Suite struct StagingBufferTests {
    @Test func onlyWhatDoesNotFitTakesMemoryOfItsOwn() {
        let (small, large) = (1 << 20, 3 << 20)
        #expect(StagingBuffer.excess(of: [], beside: 0) == 0)
        #expect(StagingBuffer.excess(of: [small, large], beside: small + large) == 0)
        #expect(StagingBuffer.excess(of: [large], beside: large - 1) == Arena.mappedBytes(large))
        // One behind the other: the second finds what the first has left.
        #expect(StagingBuffer.excess(of: [large, small], beside: large) == Arena.mappedBytes(small))
        #expect(StagingBuffer.excess(of: [large, small], beside: small) == Arena.mappedBytes(large))
        #expect(
            StagingBuffer.excess(of: [small, small, large], beside: 0) == 2 * Arena.mappedBytes(small) + Arena.mappedBytes(large))
        #expect(Arena.mappedBytes(large) >= large)
    }
}
