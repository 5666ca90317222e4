import Rooflines
import Testing
import Topology

/// How fast a machine is, is not for a test to say; that what is measured can be, is.
@Suite(.serialized) struct RooflineTests {
    @Test(arguments: [1, 2]) func everySpeedIsPlausible(cores: Int) async throws {
        let machine = try Machine.discover()
        try #require(machine.usableCoreCount >= 1)
        let roofline = try await Roofline.measured(cores: min(cores, machine.usableCoreCount), of: machine)
        #expect(roofline.cores == min(cores, machine.usableCoreCount))
        let peak = try #require(roofline.peaks[.f32])
        // Between a processor of decades ago and one of decades from now, for each core.
        #expect((1e7...1e14).contains(peak.best))
        for speed in [roofline.read, roofline.copy, roofline.triad] {
            #expect((1e7...1e14).contains(speed.best))
            #expect(speed.least <= speed.median && speed.median <= speed.best)
            #expect((0...1).contains(speed.spread))
        }
        #expect(roofline.instructions[.f32]?.isEmpty == false)
        #expect((roofline.peaks[.bf16] == nil) == (roofline.instructions[.bf16] == nil))
    }

    @Test func theRoofIsTheSlowerOfBothLimits() async throws {
        let roofline = try await Roofline.measured(cores: 1, of: Machine.discover())
        let peak = try #require(roofline.peaks[.f32]).best
        #expect(abs(roofline.leastSeconds(floatingPointOperations: peak, bytes: 0) - 1) < 1e-9)
        #expect(abs(roofline.leastSeconds(floatingPointOperations: 0, bytes: roofline.bandwidth) - 1) < 1e-9)
        let both = roofline.leastSeconds(floatingPointOperations: peak, bytes: 2 * roofline.bandwidth)
        #expect(abs(both - 2) < 1e-9)
        #expect(roofline.leastSeconds(floatingPointOperations: 0, bytes: 0) == 0)
    }
}
