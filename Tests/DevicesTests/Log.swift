import Devices
import Locks

/// Entries from many threads, in the order they came.
final class Log<Entry: Sendable>: Sendable {
    private let noted = Guarded<[Entry]>([])

    var entries: [Entry] { noted.withLock { $0 } }

    func note(_ entry: Entry) { noted.withLock { $0.append(entry) } }
}
