import KernelChoices
import Measurement
import Parallelism

/// Which contestants have to be measured for a question about scaling: a pure function of the question.
struct Study {
    /// What grows with the number of devices.
    enum Growth: String, Codable, CaseIterable {
        /// The batch of each device stays: more devices, more examples in a step.
        case weak
        /// The global batch stays: more devices, fewer examples for each.
        case strong
    }

    /// One number of devices in one mode, and whom it is held against.
    struct Point {
        let growth: Growth
        let mode: ParallelMode
        let contestant: Contestant
        let oneCore: Contestant
        let allCores: Contestant
        let copies: Contestant

        var devices: Int { contestant.devices }
    }

    let batchSize: Int
    let cores: Int
    let points: [Point]

    /// - Parameters:
    ///   - batchSize: of one device.
    ///   - cores: usable ones; devices beyond them take turns.
    ///   - kernels: everyone's.
    init(
        batchSize: Int, modes: [ParallelMode], devices: [Int], growths: [Growth], cores: Int,
        kernels: KernelSelection = .standard
    ) {
        self.batchSize = batchSize
        self.cores = cores
        var points: [Point] = []
        for growth in growths {
            for mode in modes {
                for count in Set(devices).sorted() where count > 1 {
                    let whole = growth == .weak ? batchSize * count : batchSize
                    points.append(
                        Point(
                            growth: growth, mode: mode,
                            contestant: Contestant(.together(mode), devices: count, batchSize: whole, kernels: kernels),
                            oneCore: Contestant(.together(.single), devices: 1, batchSize: batchSize, kernels: kernels),
                            allCores: Contestant(
                                .together(.single), devices: 1, coresPerDevice: cores,
                                batchSize: growth == .weak ? batchSize * cores : batchSize, kernels: kernels),
                            copies: Contestant(.apart, devices: count, batchSize: whole, kernels: kernels)))
                }
            }
        }
        self.points = points
    }

    /// Everyone who takes part, each once, in the order of their turns: who is compared with whom sits close together.
    var contestants: [Contestant] {
        var seen: Set<Contestant> = []
        return points.flatMap { [$0.oneCore, $0.allCores, $0.contestant, $0.copies] }.filter { seen.insert($0).inserted }
    }
}
