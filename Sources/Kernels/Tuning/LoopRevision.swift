/// Which of our own loops, and of the kernels that are put together of them, these are.
package enum LoopRevision {
    /// To be raised whenever one of them gives other bits or takes another time, so that nobody believes what was measured of the old
    /// ones; `LoopRevisionTests` notices where that was forgotten.
    package static let current = 2
}
