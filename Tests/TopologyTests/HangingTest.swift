import Glibc
import Testing

/// A test that never ends, to try what is to end it: `PARTRAIN_HANGING_TEST=1 QUIET=5 Scripts/test --filter HangingTest`.
@Suite struct HangingTest {
    @Test("Waits for ever", .enabled(if: getenv("PARTRAIN_HANGING_TEST") != nil, "only to try Scripts/supervise"))
    func waitsForEver() {
        while true { pause() }
    }
}
