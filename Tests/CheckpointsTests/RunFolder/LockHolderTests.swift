import Checkpoints
import Testing

@Suite struct LockHolderTests {
    /// Every part of a date has the digits of its place, and none is counted from 0.
    @Test(arguments: [
        (0, "1970-01-01 00:00:00"), (946_684_799, "1999-12-31 23:59:59"), (951_782_400, "2000-02-29 00:00:00"),
        (1_252_487_349, "2009-09-09 09:09:09"), (1_286_705_410, "2010-10-10 10:10:10"), (1_321_009_871, "2011-11-11 11:11:11"),
    ]) func saysSinceWhen(seconds: Int, date: String) {
        let holder = LockHolder(process: 4711, program: "partrain", host: "host", begin: seconds)
        #expect(holder.line == "process 4711 (partrain) on host, since \(date) UTC\n")
    }
}
