import Configuration
import Networks
import Planning
import Tensors
import Testing
import TextLayout
import Topology
import Training

@Suite(.serialized) struct RunMemoryPlanTests {
    private func preparation(_ flags: [(name: String, value: String)]) throws -> TrainingPreparation {
        var settings = TrainingConfiguration()
        try settings.apply(flags: [
            ("model", "alexnet-small"), ("data", "synthetic:classes=4,train=640,val=64"), ("batch-size", "64"), ("steps", "4"),
            ("mode", "single"), ("kernels", "standard"),
        ])
        try settings.apply(flags: flags)
        return try TrainingPreparation(settings, on: Machine.discover())
    }

    /// A machine that has so much left.
    private func machine(_ available: Int) -> MemoryBudget {
        MemoryBudget(addressSpaceLimit: nil) { path in
            path == "/proc/meminfo" ? "MemTotal: \(1 << 30) kB\nMemAvailable: \(available / 1024) kB\n" : nil
        }
    }

    @Test func theSumIsThatOfItsParts() throws {
        let preparation = try preparation([("mode", "data"), ("devices", "2")])
        let plan = try preparation.memoryPlan()
        let batch = 64 * (preparation.network.network.inputShape.elementCount * 4 + 4)
        #expect(plan.devices.count == 2)
        #expect(plan.total == plan.devices.reduce(0) { $0 + $1.total } + plan.host.kinds.reduce(0) { $0 + $1.bytes })
        #expect(plan.host.batches == 2 * 4 * batch)
        #expect(plan.fits)
        #expect(try self.preparation([("evaluate-every", "0")]).memoryPlan().host.batches == 4 * batch)
    }

    @Test func aRunThatDoesNotFitTheMachineIsRefusedWithWhatWould() throws {
        let preparation = try preparation([])
        // What other tests have in memory comes and goes.
        let resident = 100 << 20
        let need = try preparation.memoryPlan(resident: resident).total
        let budget = machine(need - (16 << 20))
        let plan = try preparation.memoryPlan(budget: budget, resident: resident)
        #expect(!plan.fits && plan.total == need)
        let refusal = try #require(preparation.refusal(of: plan))
        guard case .process(let told, let devices, let host, let limit) = refusal.problem else {
            Issue.record("\(refusal.problem)")
            return
        }
        #expect(told == need && devices == plan.devices.reduce(0) { $0 + $1.total } && devices + host.total == need)
        #expect(limit.source == .machine)
        #expect("\(refusal)".contains("this machine"))
        #expect(refusal.remedies.contains("--batch-size 32"), "\(refusal.remedies)")
    }

    /// Only what takes any is told.
    @Test func aRefusalTellsWhatTakesMemory() throws {
        let preparation = try preparation([("image-cache", "0")])
        let resident = 100 << 20
        let need = try preparation.memoryPlan(resident: resident).total
        let plan = try preparation.memoryPlan(budget: machine(need - (16 << 20)), resident: resident)
        try #require(plan.host.images == 0)
        let kinds = plan.host.kinds.filter { $0.bytes != 0 }.map { "\($0.name) \(ByteCount($0.bytes).rounded)" }
        let devices = ByteCount(plan.devices.reduce(0) { $0 + $1.total }).rounded
        let text = "\(try #require(preparation.refusal(of: plan)))"
        let told = "of memory (devices \(devices), \(kinds.joined(separator: ", "))), and this machine leaves it"
        #expect(text.contains(told), "\(text)")
    }

    /// Where a run just fits without decoded images, that is advised; where a byte is missing, it is not.
    @Test func toKeepNoImagesIsAdvisedWhereThatIsEnough() throws {
        let (keeping, bare) = (try preparation([]), try preparation([("image-cache", "0")]))
        let need = try bare.memoryPlan(resident: 0).total
        // A machine tells in KiB what it has left.
        let resident = 1024 - need % 1024
        let budget = machine(need + resident)
        func refusal(_ preparation: TrainingPreparation, _ resident: Int) throws -> MemoryRefusal? {
            preparation.refusal(of: try preparation.memoryPlan(budget: budget, resident: resident))
        }
        #expect(try refusal(bare, resident) == nil)
        #expect(try refusal(bare, resident + 1) != nil)
        let just = try #require(try refusal(keeping, resident))
        #expect(just.remedies.first == "--image-cache 0", "\(just.remedies)")
        let more = try #require(try refusal(keeping, resident + 1))
        #expect(!more.remedies.contains("--image-cache 0"), "\(more.remedies)")
    }

    @Test func aBatchOfOneIsAdvisedWhereNothingElseFits() throws {
        func batches(of size: Int, _ more: [(name: String, value: String)] = []) throws -> TrainingPreparation {
            try preparation([("batch-size", "\(size)"), ("micro-batches", "1")] + more)
        }
        let budget = machine(1 << 36)
        func need(_ size: Int) throws -> Int {
            try batches(of: size).memoryPlan(budget: budget, resident: 0).devices[0].total
        }
        let (one, two) = (try need(1), try need(2))
        try #require(one < two, "\(one), \(two) bytes")
        let tight = try batches(of: 2, [("device-memory", "\(one)B")])
        let refusal = try #require(tight.refusal(of: tight.memoryPlan(budget: budget, resident: 0)))
        #expect(refusal.remedies.contains("--batch-size 1"), "\(refusal.remedies)")
    }

    /// Of the images that are decoded, those of the steps to come are kept, and of the four batches ahead.
    @Test func aRunThatGoesOnHasImagesOfTheStepsThatAreLeft() async throws {
        let fixture = try RunFixture()
        // Epochs have 12 steps.
        let settings = ["mode": "single", "kernels": "standard", "evaluate-every": "0", "input-threads": "2"]
        func images(_ given: [String: String]) throws -> Int {
            try PreparedRun.memory(given: RunFixture.given(given, runs: fixture.path), on: .discover()).plan.host.images
        }
        func fresh(_ steps: Int) throws -> Int {
            try images(RunFixture.small.merging(settings) { $1 }.merging(["steps": "\(steps)"]) { $1 })
        }
        let batch = try fresh(2) / 6
        #expect(try batch > 0 && fresh(1) == 5 * batch && fresh(2) == 6 * batch && fresh(8) == 12 * batch)
        #expect(try await fixture.begin(settings.merging(["steps": "4", "run": "a"]) { $1 }).finished?.steps == 4)
        for (steps, batches) in [(4, 4), (5, 5), (6, 6)] {
            #expect(try images(["resume": "auto", "run": "a", "steps": "\(steps)"]) == batches * batch, "\(steps) steps")
        }
    }

    /// Where sixteen times the micro-batches are just enough, they are advised; where it takes more, micro-batches are no way.
    @Test(arguments: [1, 2]) func upToSixteenTimesTheMicroBatchesAreAdvised(microBatches: Int) throws {
        // A batch so large that the activations of a micro-batch outweigh the sums of gradients, of which more micro-batches keep more.
        let wide: [(name: String, value: String)] = [
            ("model", "lenet5"), ("data", "synthetic:classes=4,train=2048,val=64"), ("batch-size", "2048"),
        ]
        let budget = machine(1 << 36)
        func need(_ times: Int) throws -> Int {
            try preparation(wide + [("micro-batches", "\(times * microBatches)")]).memoryPlan(budget: budget, resident: 0)
                .devices[0].total
        }
        let (less, just, more) = (try need(8), try need(16), try need(32))
        try #require(less > just && just > more, "\(less), \(just), \(more) bytes")
        func advised(within limit: Int) throws -> [String] {
            let tight = try preparation(wide + [("micro-batches", "\(microBatches)"), ("device-memory", "\(limit)B")])
            let refusal = try #require(tight.refusal(of: tight.memoryPlan(budget: budget, resident: 0)))
            return refusal.remedies.filter { $0.hasPrefix("--micro-batches") }
        }
        #expect(try advised(within: less) == ["--micro-batches \(8 * microBatches)"])
        #expect(try advised(within: just) == ["--micro-batches \(16 * microBatches)"])
        // With twice as many it would fit.
        #expect(try advised(within: just - 1).isEmpty)
    }

    @Test(arguments: ["single", "data", "model"]) func whatIsSaidToFitDoes(mode: String) throws {
        var wide: [(name: String, value: String)] = [("mode", mode), ("devices", mode == "single" ? "1" : "2")]
        // Where weights are most of what there is, more devices have less each.
        if mode == "model" { wide += [("model", "alexnet"), ("batch-size", "8")] }
        let plan = try preparation(wide).memoryPlan()
        let limit = ("device-memory", "\(plan.devices[0].total * 6 / 10)B")
        let tight = try preparation(wide + [limit])
        let refusal = try #require(tight.refusal(of: tight.memoryPlan()))
        guard case .device(let shortage) = refusal.problem else {
            Issue.record("\(refusal.problem)")
            return
        }
        #expect(shortage.need == plan.devices[shortage.device])
        #expect(!refusal.remedies.isEmpty)
        if mode == "model" { #expect(refusal.remedies.contains("--devices 4"), "\(refusal.remedies)") }
        for remedy in refusal.remedies {
            let words = remedy.split(separator: " ").map(String.init)
            let flags = stride(from: 0, to: words.count, by: 2).map { (String(words[$0].dropFirst(2)), words[$0 + 1]) }
            let changed = try preparation(wide + [limit] + flags)
            #expect(try changed.memoryPlan().fits, "\(remedy)")
        }
    }
}
