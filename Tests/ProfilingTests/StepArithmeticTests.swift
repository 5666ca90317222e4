import Foundation
import JSONText
import KernelChoices
import Planning
import Profiling
import Rooflines
import Testing
import Training

/// A profile's figures, of steps whose times and work are known: each by itself, and not only in sum.
@Suite struct StepArithmeticTests {
    private func isNear(_ a: Double?, _ b: Double) -> Bool { a.map { abs($0 - b) <= 1e-12 * max(1, abs(b)) } ?? false }

    private func row(_ profile: StepProfile, _ part: StepPart, layer: String? = nil) throws -> StepProfile.Row {
        let rows = profile.rows.filter { $0.part == part && (layer == nil || $0.layer == layer) }
        try #require(rows.count == 1, "\(part): \(rows)")
        return rows[0]
    }

    /// Medians of three steps, of a mean of two workers: a convolution's two micro-steps are one row.
    @Test func timesAreMediansOfAMeanWorker() throws {
        let step = StepProfile(MadeUpSteps.recording(), roofline: MadeUpSteps.roofline)
        #expect(step.workers == 2 && step.rows.count == 8)
        #expect(step.stepSeconds.count == 3 && zip(step.stepSeconds, [0.093, 0.128, 0.080]).allSatisfy { isNear($0, $1) })
        #expect(isNear(step.seconds, 0.093))
        #expect(isNear(try row(step, .input, layer: "images").seconds, 0.011))
        #expect(isNear(try row(step, .forward).seconds, 0.049))
        #expect(isNear(try row(step, .wait).seconds, 0.008))
        #expect(isNear(try row(step, .exchange).seconds, 0.004))
        #expect(isNear(try row(step, .update).seconds, 0.004))
        // What the host took beside its workers, 10, 12 and 24 ms, and for its batches, 3, 2 and 10 ms.
        #expect(isNear(try row(step, .overhead).seconds, 0.012))
        #expect(isNear(try row(step, .input, layer: "host").seconds, 0.003))
        // 93 less 91.
        #expect(isNear(try row(step, .irregular).seconds, 0.002))
    }

    /// Without a data set nothing is waited for, and what passes before a step is the host's own.
    @Test func withoutDataTheWaitIsTheHosts() throws {
        let step = StepProfile(MadeUpSteps.recording(usesData: false), roofline: MadeUpSteps.roofline)
        #expect(!step.rows.contains { $0.layer == "host" })
        #expect(isNear(try row(step, .overhead).seconds, 0.014))
        #expect(isNear(try row(step, .irregular).seconds, 0.003))
    }

    /// Of two steps the median is their mean.
    @Test func anEvenNumberOfSteps() throws {
        let step = StepProfile(MadeUpSteps.recording(steps: [0, 2]), roofline: MadeUpSteps.roofline)
        #expect(isNear(step.seconds, 0.0865))
        #expect(isNear(try row(step, .forward).seconds, 0.034))
        #expect(isNear(try row(step, .exchange).seconds, 0.006))
        #expect(isNear(try row(step, .overhead).seconds, 0.017))
    }

    @Test func workIsThatOfAMeanWorker() throws {
        let step = StepProfile(MadeUpSteps.recording(), roofline: MadeUpSteps.roofline)
        let convolution = try row(step, .forward)
        #expect(convolution.count == 2 && convolution.floatingPointOperations == 6e9 && convolution.bytes == 1.8e9)
        #expect(convolution.bytesReceived == 0)
        let exchange = try row(step, .exchange)
        #expect(exchange.count == 1 && exchange.bytes == 1.2e8 && exchange.bytesReceived == 3.2e7)
        let update = try row(step, .update)
        #expect(update.count == 0.5 && update.floatingPointOperations == 3.2e8 && update.bytes == 2e8)
        #expect(try row(step, .wait).count == 1 && row(step, .overhead).count == 0)
    }

    /// In how long one of the two cores could do it, both being at work: by its operations, or by its bytes.
    @Test func theRoofIsThatOfEachItem() throws {
        let step = StepProfile(MadeUpSteps.recording(), roofline: MadeUpSteps.roofline)
        #expect(isNear(try row(step, .forward).leastSeconds, 0.006))
        #expect(isNear(try row(step, .forward).shareOfRoofline, 6.0 / 49))
        #expect(isNear(try row(step, .exchange).leastSeconds, 0.000_12))
        #expect(isNear(try row(step, .exchange).shareOfRoofline, 0.03))
        #expect(isNear(try row(step, .update).leastSeconds, 0.000_32))
        for part in [StepPart.wait, .overhead, .irregular] { #expect(try row(step, part).shareOfRoofline == nil) }
    }

    @Test func rowsArePutTogether() throws {
        let step = StepProfile(MadeUpSteps.recording(), roofline: MadeUpSteps.roofline, alone: MadeUpSteps.alone)
        let kinds = step.rows(by: .kind)
        #expect(kinds.map(\.part) == [.forward, .update, .exchange, .wait, .input, .overhead, .irregular])
        #expect(isNear(kinds.first { $0.part == .input }?.seconds, 0.014))
        let layers = step.rows(by: .layer)
        #expect(layers.map(\.title) == ["images", "conv1", "wait", "host", "overhead", "irregular"])
        let layer = try #require(layers.first { $0.title == "conv1" })
        #expect(isNear(layer.seconds, 0.057) && layer.floatingPointOperations == 6.32e9 && layer.bytesReceived == 3.2e7)
        #expect(isNear(layer.leastSeconds, 0.006_44) && isNear(layer.secondsAlone, 0.020))
        #expect(layer.count == 3.5)
    }

    /// Kernels alone: of who computes them.
    @Test func kernelsAloneAreThoseOfWhoComputes() throws {
        let profile = MadeUpSteps.profile(alone: MadeUpSteps.alone)
        #expect(isNear(try row(profile.step, .forward).secondsAlone, 0.018))
        #expect(isNear(try row(profile.step, .update).secondsAlone, 0.002))
        #expect(try row(profile.step, .exchange).secondsAlone == nil)
        let alone = try #require(profile.kernelsAlone)
        #expect(isNear(alone.primitives, 0.018) && isNear(alone.loops, 0.002) && alone.compositions == 0 && alone.reorders == 0)
        #expect(isNear(alone.librarySeconds, 0.018) && isNear(alone.seconds, 0.020))
        #expect(MadeUpSteps.profile().kernelsAlone == nil)
    }

    /// Reorders are the library's, whoever makes the copy; what is neither its kernel nor made of several is a loop.
    @Test func everyOriginHasItsSum() throws {
        let origins: [(ItemSummary.Kind, KernelOrigin?)] = [
            (.forward, .primitive), (.gradient, .composition), (.reorder, .primitive), (.reorder, .loop), (.forward, .loop),
            (.update, nil),
        ]
        let items = origins.enumerated().map { number, origin in
            var item = ItemSummary(origin.0, microStep: 0, layer: "layer", title: "\(number)")
            item.origin = origin.1
            return item
        }
        let spans = items.indices.map { StepRecording.Span(item: $0, begin: 0, end: 1) }
        let recording = StepRecording(
            steps: [.init(begin: 0, ready: 0, end: 10)],
            lanes: [.init(device: 0, lane: 0, core: 0, items: items, steps: [spans])], usesData: false)
        let step = StepProfile(
            recording, roofline: MadeUpSteps.roofline, alone: [[1, 2, 4, 8, 16, 32].map { $0 * 1_000_000_000 }])
        let alone = try #require(KernelsAlone(step))
        #expect([alone.primitives, alone.compositions, alone.reorders, alone.loops] == [1, 2, 12, 48])
        #expect(alone.librarySeconds == 15 && alone.seconds == 63)
    }

    /// Products of half the width are held against their own peak.
    @Test func bfloat16HasItsOwnRoof() throws {
        var item = ItemSummary(.forward, microStep: 0, layer: "layer", title: "convolution")
        (item.floatingPointOperations, item.multipliesBFloat16) = (4_000_000_000, true)
        let recording = StepRecording(
            steps: [.init(begin: 0, ready: 0, end: 10_000_000)],
            lanes: [.init(device: 0, lane: 0, core: 0, items: [item], steps: [[.init(item: 0, begin: 0, end: 8_000_000)]])],
            usesData: false)
        let row = try row(StepProfile(recording, roofline: MadeUpSteps.roofline), .forward)
        #expect(row.precision == .bf16 && isNear(row.leastSeconds, 0.002) && isNear(row.shareOfRoofline, 0.25))
    }

    // MARK: For programs

    private func object(_ json: JSONValue) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data("\(json)".utf8)) as? [String: Any])
    }

    @Test func jsonHasTheFigures() throws {
        let object = try object(MadeUpSteps.profile(alone: MadeUpSteps.alone).json(by: .operation))
        #expect(isNear(object["step_seconds_median"] as? Double, 0.093))
        #expect(isNear(object["images_per_second"] as? Double, 32 / 0.093))
        let rows = try #require(object["rows"] as? [[String: Any]])
        let convolution = try #require(rows.first { $0["kind"] as? String == "forward" })
        for (key, value) in [
            "seconds": 0.049, "share": 49.0 / 93, "flop": 6e9, "bytes": 1.8e9, "bytes_that_must_move": 0.9e9, "bytes_received": 0,
            "items": 2,
            "flop_per_second": 6e9 / 0.049, "bytes_per_second": 1.8e9 / 0.049, "share_of_roofline": 6.0 / 49,
            "seconds_alone": 0.018,
        ] as [String: Double] {
            let found = try #require(convolution[key] as? Double, "\(key)")
            #expect(abs(found - value) <= 1e-9 * max(1, value), "\(key): \(found), not \(value)")
        }
        let kinds = try #require(object["kinds"] as? [[String: Any]])
        #expect(
            kinds.compactMap { $0["kind"] as? String } == [
                "forward", "update", "exchange", "wait", "input", "overhead", "irregular",
            ])
        let alone = try #require(object["alone"] as? [String: Any])
        for (key, value) in [
            "primitives_seconds": 0.018, "compositions_seconds": 0, "reorders_seconds": 0, "loops_seconds": 0.002,
            "step_by_primitives": 93.0 / 18, "step_by_library": 93.0 / 18, "step_by_all": 4.65,
        ] as [String: Double] {
            #expect(isNear(alone[key] as? Double, value), "\(key): \(alone[key] ?? "missing")")
        }
    }

    /// Spans stand where they were, from the first step's beginning, with how fast they were.
    @Test func theTimelineHasTheFigures() throws {
        let events = try #require(try object(StepTrace(of: MadeUpSteps.profile()).json)["traceEvents"] as? [[String: Any]])
        let spans = events.filter { $0["ph"] as? String == "X" }
        let steps = spans.filter { $0["cat"] as? String == "step" }
        #expect(steps.map { $0["ts"] as? Double } == [0, 93_000, 221_000])
        #expect(steps.map { $0["dur"] as? Double } == [93_000, 128_000, 80_000])
        #expect(isNear((steps[0]["args"] as? [String: Any])?["images_per_second"] as? Double, 32 / 0.093))
        let waits = spans.filter { $0["cat"] as? String == "input" && $0["pid"] as? Int == 1 }
        #expect(waits.map { $0["dur"] as? Double } == [3000, 2000, 10_000])
        // The first worker's second micro-step of the second step: the wait for the batch, a millisecond, 10 and 40 come before.
        let microStep = try #require(
            spans.first {
                let arguments = $0["args"] as? [String: Any]
                return $0["pid"] as? Int == 2 && arguments?["step"] as? Int == 1 && arguments?["micro_step"] as? Int == 1
            })
        #expect(
            microStep["name"] as? String == "conv1 convolution" && microStep["ts"] as? Double == 93_000 + 2000 + 1000 + 50_000)
        #expect(microStep["dur"] as? Double == 50_000)
        let arguments = try #require(microStep["args"] as? [String: Any])
        #expect(arguments["flop"] as? Int == 4_000_000_000 && isNear(arguments["GFLOP/s"] as? Double, 80))
        #expect(arguments["bytes"] as? Int == 1_200_000_000 && isNear(arguments["GB/s"] as? Double, 24))
        // An arrow for each step's waits, from who came last to the other.
        let releases = events.filter { $0["name"] as? String == "release" }
        #expect(releases.count == 6 && releases.map { $0["ph"] as? String } == ["s", "f", "s", "f", "s", "f"])
    }

    /// What an item has none of, such as operations, is left out of its span.
    @Test func aSpanTellsWhatItsItemHas() throws {
        let events = try #require(try object(StepTrace(of: MadeUpSteps.profile()).json)["traceEvents"] as? [[String: Any]])
        let spans = events.filter { $0["ph"] as? String == "X" && $0["pid"] as? Int == 2 }
        let arguments = spans.compactMap { $0["args"] as? [String: Any] }.filter { $0["step"] as? Int == 0 }
        let convolution: Set<String> = [
            "step", "item", "micro_step", "layer", "kernel", "layouts", "flop", "GFLOP/s", "bytes", "GB/s",
        ]
        let expected: [Set<String>] = [
            ["step", "item", "micro_step", "layer", "bytes", "GB/s"], convolution, convolution, ["step", "item"],
            ["step", "item", "layer", "bytes", "GB/s", "bytes_received"],
            ["step", "item", "layer", "flop", "GFLOP/s", "bytes", "GB/s"],
        ]
        #expect(arguments.map { Set($0.keys) } == expected)
    }

    private struct Point {
        let name: String
        let process, thread: Int
        /// Microseconds since the first step's beginning.
        let time: Double
        /// GFLOP/s.
        let speed: Double
    }

    /// What the timeline draws as curves.
    private func points(_ profile: Profile) throws -> [Point] {
        let events = try #require(try object(StepTrace(of: profile).json)["traceEvents"] as? [[String: Any]])
        return try events.filter { $0["ph"] as? String == "C" }.map { event in
            let arguments = try #require(event["args"] as? [String: Any])
            return Point(
                name: try #require(event["name"] as? String), process: try #require(event["pid"] as? Int),
                thread: try #require(event["tid"] as? Int), time: try #require(event["ts"] as? Double),
                speed: try #require(arguments["GFLOP/s"] as? Double))
        }
    }

    /// Each item's operations by its own time, from where it begins, and nothing from the step's last item on.
    @Test func theTimelinesCurvesAreHowFastEachItemWas() throws {
        let points = try points(MadeUpSteps.profile())
        #expect(points.allSatisfy { $0.name == "GFLOP/s, lane 0" && $0.thread == 1 })
        // Two workers' items, and the end, of three steps.
        let first = points.filter { $0.process == 2 }
        let second = points.filter { $0.process == 3 }
        try #require(first.count == 3 * (6 + 1) && second.count == 3 * (5 + 1) && points.count == first.count + second.count)
        // In the first step 4 GFLOP took 20 and 30 ms, and 0.64 GFLOP 8 ms.
        #expect(first.prefix(7).map(\.time) == [4000, 14_000, 34_000, 64_000, 69_000, 76_000, 84_000])
        #expect(zip(first.prefix(7), [0, 200, 400.0 / 3, 0, 0, 80, 0]).allSatisfy { isNear($0.speed, $1) })
        // In the last step 2 GFLOP took 12 and 6 ms.
        #expect(second.suffix(6).map(\.time) == [232_000, 244_000, 256_000, 262_000, 273_000, 278_000])
        #expect(zip(second.suffix(6), [0, 500.0 / 3, 1000.0 / 3, 0, 0, 0]).allSatisfy { isNear($0.speed, $1) })
    }

    /// What took less than the clock can tell counts as a nanosecond, so that no number is infinite.
    @Test func anItemOfNoTimeHasASpeed() throws {
        var item = ItemSummary(.forward, microStep: 0, layer: "layer", title: "convolution")
        (item.floatingPointOperations, item.bytesRead, item.bytesWritten) = (4, 3, 2)
        let recording = StepRecording(
            steps: [.init(begin: 5, ready: 5, end: 20)],
            lanes: [
                .init(
                    device: 1, lane: 2, core: 0, items: [item, item],
                    steps: [[.init(item: 0, begin: 9, end: 9), .init(item: 1, begin: 9, end: 11)]])
            ], usesData: false)
        let profile = MadeUpSteps.profile(of: recording)
        let points = try points(profile)
        #expect(points.map(\.speed) == [4, 2, 0])
        #expect(zip(points, [0.004, 0.004, 0.006]).allSatisfy { isNear($0.time, $1) })
        #expect(points.allSatisfy { $0.name == "GFLOP/s, lane 2" && $0.process == 3 && $0.thread == 3 })
        let events = try #require(try object(StepTrace(of: profile).json)["traceEvents"] as? [[String: Any]])
        let spans = events.filter { $0["cat"] as? String == "forward" }.compactMap { $0["args"] as? [String: Any] }
        #expect(spans.map { $0["GFLOP/s"] as? Double } == [4, 2] && spans.map { $0["GB/s"] as? Double } == [5, 2.5])
    }
}
