import Glibc
import Testing
import Topology

/// Each test among a group of its own, in which no other process takes part.
@Suite("Cores that a process reserves")
struct CoreReservationTests {
    private static func group(_ name: String) -> String { "test-\(getpid())-\(name)" }

    @Test("Runs of one process share a reservation, and the last one gives it back")
    func within() throws {
        let machine = try Machine(synthetic: "core:4 pu:1")
        let group = Self.group("within")
        let first = try CoreReservation(on: machine, devices: 2, coresPerDevice: 1, group: group)
        let second = try CoreReservation(on: machine, devices: 2, coresPerDevice: 1, group: group)
        #expect(first.placement == second.placement && first.placement.warnings.isEmpty)
        #expect(CoreReservation.isReserved(0, in: group) && CoreReservation.isReserved(1, in: group))
        #expect(!CoreReservation.isReserved(2, in: group))
        first.release()
        first.release()
        #expect(CoreReservation.isReserved(0, in: group))
        second.release()
        #expect(Self.isFreed(0, in: group) && Self.isFreed(1, in: group))
    }

    @Test("A program that is started meanwhile does not inherit it")
    func exec() throws {
        let machine = try Machine(synthetic: "core:1 pu:1")
        let group = Self.group("exec")
        let reservation = try CoreReservation(on: machine, devices: 1, coresPerDevice: 1, group: group)
        var child = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("60"), nil]
        defer { for argument in arguments { free(argument) } }
        try #require(posix_spawnp(&child, "sleep", nil, nil, &arguments, environ) == 0)
        defer {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        #expect(CoreReservation.isReserved(0, in: group))
        reservation.release()
        #expect(Self.isFreed(0, in: group))
    }

    /// Whether nobody holds a core soon: a process that another test forks just now has everything until it runs its own program.
    private static func isFreed(_ thread: Int, in group: String) -> Bool {
        for _ in 0..<1000 {
            if !CoreReservation.isReserved(thread, in: group) { return true }
            usleep(10_000)
        }
        return false
    }

    @Test("A run that moves about reserves nothing")
    func roaming() throws {
        let machine = try Machine(synthetic: "core:4 pu:1").limited(toQuota: 1)
        let group = Self.group("roaming")
        let reservation = try CoreReservation(on: machine, devices: 1, coresPerDevice: 1, group: group)
        #expect(reservation.placement.roaming == [0, 1, 2, 3])
        #expect((0..<4).allSatisfy { !CoreReservation.isReserved($0, in: group) })
    }
}
