import ModelZoo
import Networks
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

/// Exchanges with somebody watching: nothing is wrong where nothing was made wrong, and what was is named.
@Suite(.serialized) struct ExchangeInspectionTests {
    struct Spread: CustomStringConvertible {
        let model: String
        let mode: ParallelMode
        let devices: Int
        var lanes = 1
        let microBatches: Int
        let batch: Int
        var description: String {
            "\(model), \(mode) on \(devices) devices of \(lanes), \(microBatches) micro-batches of \(batch)"
        }
    }

    static let spreads = [
        Spread(model: "lenet5", mode: .single, devices: 1, microBatches: 3, batch: 7),
        Spread(model: "lenet5", mode: .data, devices: 3, microBatches: 8, batch: 13),
        Spread(model: "lenet5-1998", mode: .data, devices: 2, microBatches: 2, batch: 5),
        Spread(model: "lenet5", mode: .model, devices: 4, microBatches: 2, batch: 9),
        Spread(model: "alexnet-small", mode: .model, devices: 3, microBatches: 1, batch: 6),
        Spread(model: "alexnet-small", mode: .model, devices: 2, microBatches: 2, batch: 6),
        Spread(model: "alexnet-small", mode: .hybrid, devices: 4, microBatches: 8, batch: 13),
    ]

    private func harness(_ spread: Spread, _ inspection: ExchangeInspection?) throws -> SessionHarness {
        let network = try ModelZoo.network(named: spread.model)
        return SessionHarness(
            network: network, mode: spread.mode, devices: spread.devices, lanes: spread.lanes, microBatches: spread.microBatches,
            batch: spread.batch, classes: try network.classCount(), inspection: inspection)
    }

    private func expectClean(_ spread: Spread) async throws {
        let inspection = ExchangeInspection()
        let watched = try await harness(spread, inspection).run(steps: 3)
        let findings = inspection.takeFindings()
        #expect(findings.mismatches == [])
        #expect(findings.exchanges == 3 * inspection.sites.count && findings.exchanges > 0 && findings.bytes > 0)
        let alone = try await harness(spread, nil).run(steps: 3)
        #expect(watched.parameters == alone.parameters && watched.losses == alone.losses)
    }

    @Test(arguments: spreads) func nothingIsWrongAndNothingChangesByWatching(spread: Spread) async throws {
        try await expectClean(spread)
    }

    @Test(arguments: [ParallelMode.data, .model, .hybrid]) func lanesAreWatchedToo(mode: ParallelMode) async throws {
        try await expectClean(Spread(model: "alexnet-small", mode: mode, devices: 2, lanes: 2, microBatches: 4, batch: 9))
    }

    /// One error in each kind of exchange there is: named with its step, device, layer and element, and nothing else is.
    @Test(arguments: spreads.filter { $0.devices > 1 }) func anErrorIsFoundWhereItWasMade(spread: Spread) async throws {
        let kinds = try await sites(spread).reduce(into: [String: [ExchangeSite]]()) { $0[$1.kind, default: []].append($1) }
        try #require(!kinds.isEmpty, "devices that exchange nothing")
        for (number, kind) in kinds.keys.sorted().enumerated() {
            let choices = kinds[kind] ?? []
            let fault = ExchangeFault(
                step: number % 3, site: choices[(number * 7 + 3) % choices.count], element: UInt64(number * 1009 + 17),
                bits: number % 2 == 0 ? 1 << 23 : 1)
            let inspection = ExchangeInspection()
            inspection.inject(fault)
            _ = try await harness(spread, inspection).run(steps: 3)
            let findings = inspection.takeFindings()
            let injected = try #require(findings.injected, "\(kind)")
            #expect(injected.fault == fault)
            let mismatch = try #require(findings.mismatches.first, "\(kind)")
            #expect(findings.mismatches.count == 1 && mismatch.count == 1)
            #expect(mismatch.site == fault.site && mismatch.step == fault.step && mismatch.index == injected.index)
            #expect(mismatch.expected.bitPattern == injected.before.bitPattern)
            #expect(mismatch.found.bitPattern == injected.after.bitPattern)
        }
    }

    /// A sum of activations is compared from its first element on.
    @Test func anErrorInASumsFirstElementIsFound() async throws {
        let spread = Spread(model: "lenet5", mode: .model, devices: 2, microBatches: 2, batch: 4)
        let sites = try await sites(spread)
        let site = try #require(sites.first { $0.kind == "reduce-scatter" || $0.kind == "all-reduce" }, "\(sites)")
        let findings = try await findings(spread, ExchangeFault(step: 0, site: site, element: 0))
        #expect(findings.injected?.index != nil)
        #expect(findings.mismatches.map(\.site) == [site] && findings.mismatches.map(\.count) == [1])
        #expect(findings.mismatches.first?.index == findings.injected?.index)
    }

    /// Three devices update 48, 48 and 24 of 120 elements. The second gathers what lies before its own and, as elements 48 to 71 of
    /// what it gathers, what lies behind.
    @Test(arguments: [(element: 0, index: 0), (47, 47), (48, 96), (71, 119)])
    func anErrorIsMadeInAnyOfAGathersSlices(element: Int, index: Int) async throws {
        let spread = Spread(model: "lenet5", mode: .data, devices: 3, microBatches: 3, batch: 6)
        let sites = try await sites(spread)
        let site = try #require(
            sites.first { $0.worker == 1 && $0.kind == "all-gather" && $0.tensor == "fc3.bias" }, "\(sites)")
        let findings = try await findings(spread, ExchangeFault(step: 0, site: site, element: UInt64(element)))
        #expect(findings.injected?.index == [index])
        #expect(findings.mismatches.map(\.site) == [site] && findings.mismatches.map(\.count) == [1])
        #expect(findings.mismatches.first?.index == [index])
    }

    @Test func everyKindOfExchangeIsWatched() async throws {
        var kinds = Set<String>()
        for spread in Self.spreads { kinds.formUnion(try await sites(spread).map(\.kind)) }
        #expect(kinds.isSuperset(of: ["update", "all-gather", "reduce-scatter", "all-reduce"]), "\(kinds)")
    }

    /// A lane is named where it is not the device's first.
    @Test func anExchangeSaysWhereItIs() async throws {
        let sites = try await sites(Spread(model: "lenet5", mode: .data, devices: 2, lanes: 2, microBatches: 4, batch: 9))
        #expect(Set(sites.map { [$0.device, $0.lane] }) == [[0, 0], [0, 1], [1, 0], [1, 1]])
        for site in sites {
            let lane = site.lane == 1 ? ", lane 1" : ""
            #expect("\(site)" == "device \(site.device)\(lane), layer \(site.layer), \(site.kind) of \(site.tensor)")
        }
    }

    /// What the plans exchange is what is watched.
    @Test(arguments: spreads) func theLayersOnPaperAreTheLayersWatched(spread: Spread) async throws {
        let network = try ModelZoo.network(named: spread.model)
        let placed = try Partitioner.place(
            TrainingGraph(of: network.graph(batchSize: spread.batch, purpose: .training)), strategy: spread.mode,
            devices: spread.devices, lanes: spread.lanes, microBatches: spread.microBatches)
        #expect(try await Set(sites(spread).filter(\.isExchange).map(\.layer)) == Set(placed.exchangingLayers))
    }

    /// What is found in a step with an error in it.
    private func findings(_ spread: Spread, _ fault: ExchangeFault) async throws -> ExchangeInspection.Findings {
        let inspection = ExchangeInspection()
        inspection.inject(fault)
        _ = try await harness(spread, inspection).run(steps: 1)
        return inspection.takeFindings()
    }

    private func sites(_ spread: Spread) async throws -> [ExchangeSite] {
        let inspection = ExchangeInspection()
        try await harness(spread, inspection).withSession { _, _ in }
        return inspection.sites
    }
}
