import ImageFiles
import Locks

/// Finds out which of many files cannot be decoded, on several threads.
enum ReadabilityCheck {
    private struct State: Sendable {
        var next = 0
        var threads: Int
        var failures: [Int: DatasetError] = [:]
    }

    /// The errors of `check` over `0..<count`, by number. Which thread does what leaves no trace in them.
    ///
    /// Throws where the system starts no thread.
    static func failures(
        of count: Int, threads: Int, _ check: @escaping @Sendable (Int) throws(DatasetError) -> Void
    ) throws(DatasetError) -> [Int: DatasetError] {
        let threadCount = max(1, min(threads, count))
        let board = Monitor(State(threads: threadCount))
        var running = [InputThread]()
        do throws(DatasetError) {
            for _ in 0..<threadCount {
                running.append(
                    try InputThread {
                        while let index = take(board, below: count) {
                            do throws(DatasetError) {
                                try check(index)
                            } catch {
                                board.change { $0.failures[index] = error }
                            }
                        }
                        board.change { $0.threads -= 1 }
                    })
            }
        } catch {
            // Those that run find nothing more to do.
            board.change { $0.next = count }
            throw error
        }
        let failures = board.wait { $0.threads == 0 ? $0.failures : nil }
        withExtendedLifetime(running) {}
        return failures
    }

    private static func take(_ board: Monitor<State>, below count: Int) -> Int? {
        board.change { state in
            guard state.next < count else { return nil }
            state.next += 1
            return state.next - 1
        }
    }
}
