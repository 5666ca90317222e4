/// What a core can count on of the caches: loops choose their blocks by it. Bytes.
///
/// A cache that several cores share counts for each by its share, whoever uses the others: they are those of our other devices, or of
/// other processes. Where cores differ, the smallest counts, because work is divided evenly and the slowest is waited for.
public struct CacheSizes: Sendable, Equatable {
    /// Of the first level's data.
    public let firstLevel: Int
    public let secondLevel: Int
    /// Of the outermost level, at least as much as of the second.
    public let lastLevel: Int

    /// Where nothing is known of a level: 32 KiB, 1 MiB, 16 MiB.
    public static let fallback = CacheSizes(firstLevel: 32 << 10, secondLevel: 1 << 20, lastLevel: 16 << 20)

    /// Read once; the fallback where the machine cannot be read.
    public static let ofThisMachine = (try? Machine.discover()).map { CacheSizes($0) } ?? .fallback

    /// - Precondition: all are positive.
    public init(firstLevel: Int, secondLevel: Int, lastLevel: Int) {
        precondition(min(firstLevel, secondLevel, lastLevel) > 0, "a cache of no bytes")
        self.firstLevel = firstLevel
        self.secondLevel = secondLevel
        self.lastLevel = max(secondLevel, lastLevel)
    }

    /// Of all cores, usable or not: what is excluded may change from one run to the next, the caches do not.
    public init(_ machine: Machine) {
        self.init(machine.caches, threadsOfCores: machine.cores.map { $0.threads.map(\.index) })
    }

    /// - Parameter threadsOfCores: each core's hardware threads, by the system's number.
    package init(_ caches: [Machine.Cache], threadsOfCores: [[Int]]) {
        var least: [Int: Int] = [:]
        var leastOutermost: Int?
        for threads in threadsOfCores {
            let own = caches.filter { $0.bytes > 0 && !Set($0.threads).isDisjoint(with: threads) }
            for cache in own {
                let share = Self.share(of: cache, among: threadsOfCores)
                least[cache.level] = min(least[cache.level] ?? share, share)
            }
            // A first level is no last one: what lies behind it is then not known.
            guard let outermost = own.filter({ $0.level > 1 }).max(by: { $0.level < $1.level }) else { continue }
            let share = Self.share(of: outermost, among: threadsOfCores)
            leastOutermost = min(leastOutermost ?? share, share)
        }
        self.init(
            firstLevel: least[1] ?? Self.fallback.firstLevel, secondLevel: least[2] ?? Self.fallback.secondLevel,
            lastLevel: leastOutermost ?? Self.fallback.lastLevel)
    }

    private static func share(of cache: Machine.Cache, among cores: [[Int]]) -> Int {
        let threads = Set(cache.threads)
        let sharing = cores.count { !threads.isDisjoint(with: $0) }
        return max(1, Int(clamping: cache.bytes) / max(1, sharing))
    }
}
