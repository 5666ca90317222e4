import Configuration
public import JSONText
import Parallelism
import Planning
import Training

/// Recorded steps as a timeline in the Trace Event Format, which Perfetto and chrome://tracing open: a process for the host and for each
/// device, in it a row for each lane, and in that a span for each item of each step.
///
/// Source: "Trace Event Format", the Chromium project.
public struct StepTrace: Sendable {
    private let recording: StepRecording
    private let profile: Profile
    /// Nanoseconds of the clock at which time begins.
    private let origin: UInt64

    public init(of profile: Profile) {
        self.profile = profile
        recording = profile.recording
        origin = recording.steps.first?.begin ?? 0
    }

    /// The document.
    public var json: JSONValue {
        let settings = profile.configuration
        return .members([
            "displayTimeUnit": "ms",
            "otherData": JSONValue.members([
                "model": settings.model, "batch_size": settings.batchSize, "mode": settings.mode.rawValue,
                "devices": settings.devices ?? 1, "cores_per_device": settings.coresPerDevice,
            ]),
            "traceEvents": names + host + recording.lanes.flatMap(spans) + recording.lanes.flatMap(speeds) + releases,
        ])
    }

    // MARK: Rows

    private static let hostProcess = 1
    private static func process(ofDevice device: Int) -> Int { device + 2 }

    private var names: [JSONValue] {
        var names = [
            Self.name("process_name", Self.hostProcess, nil, "host"), Self.name("thread_name", Self.hostProcess, 1, "steps"),
        ]
        if recording.usesData { names.append(Self.name("thread_name", Self.hostProcess, 2, "wait for input")) }
        for lane in recording.lanes {
            let process = Self.process(ofDevice: lane.device)
            if lane.lane == 0 { names.append(Self.name("process_name", process, nil, "device \(lane.device)")) }
            names.append(Self.name("thread_name", process, lane.lane + 1, "lane \(lane.lane), core \(lane.core)"))
        }
        return names
    }

    private static func name(_ kind: String, _ process: Int, _ thread: Int?, _ name: String) -> JSONValue {
        .members(["name": kind, "ph": "M", "pid": process, "tid": thread ?? 0, "args": JSONValue.members(["name": name])])
    }

    // MARK: Spans

    private var host: [JSONValue] {
        recording.steps.enumerated().flatMap { index, step in
            var events = [
                span(
                    "step \(index)", "step", step.begin, step.end, Self.hostProcess, 1,
                    .members([
                        "step": index, "batch": profile.configuration.batchSize,
                        "images_per_second": Double(profile.configuration.batchSize) / (Double(step.end - step.begin) / 1e9),
                    ]))
            ]
            if recording.usesData {
                events.append(
                    span("wait for batch", "input", step.begin, step.ready, Self.hostProcess, 2, .members(["step": index])))
            }
            return events
        }
    }

    private func spans(of lane: StepRecording.LaneRecord) -> [JSONValue] {
        lane.steps.enumerated().flatMap { step, spans in
            spans.map { span in
                let item = lane.items[span.item]
                return self.span(
                    item.layer.isEmpty || item.kind == .input || item.title.hasSuffix(item.layer)
                        ? item.title : "\(item.layer) \(item.title)",
                    item.kind.rawValue, span.begin, span.end, Self.process(ofDevice: lane.device), lane.lane + 1,
                    arguments(item, span, step: step))
            }
        }
    }

    private func arguments(_ item: ItemSummary, _ span: StepRecording.Span, step: Int) -> JSONValue {
        let nanoseconds = Double(max(span.end - span.begin, 1))
        let bytes = item.bytesRead + item.bytesWritten
        var members: [JSONValue.Member] = [.init(name: "step", value: step.json), .init(name: "item", value: span.item.json)]
        func add(_ name: String, _ value: any JSONRepresentable, if holds: Bool) {
            if holds { members.append(.init(name: name, value: value.json)) }
        }
        add("micro_step", item.microStep ?? 0, if: item.microStep != nil)
        add("layer", item.layer, if: !item.layer.isEmpty)
        add("kernel", item.implementation, if: !item.implementation.isEmpty)
        add("layouts", item.layouts, if: !item.layouts.isEmpty)
        add("flop", item.floatingPointOperations, if: item.floatingPointOperations > 0)
        add("GFLOP/s", Double(item.floatingPointOperations) / nanoseconds, if: item.floatingPointOperations > 0)
        add("bytes", bytes, if: bytes > 0)
        add("GB/s", Double(bytes) / nanoseconds, if: bytes > 0)
        add("bytes_received", item.bytesReceived, if: item.bytesReceived > 0)
        return .object(members)
    }

    // MARK: Counters

    /// How fast a lane computes, as a curve below its rows.
    private func speeds(of lane: StepRecording.LaneRecord) -> [JSONValue] {
        let process = Self.process(ofDevice: lane.device)
        func value(_ speed: Double, at time: UInt64) -> JSONValue {
            .members([
                "name": "GFLOP/s, lane \(lane.lane)", "ph": "C", "ts": microseconds(time), "pid": process, "tid": lane.lane + 1,
                "args": JSONValue.members(["GFLOP/s": speed]),
            ])
        }
        return lane.steps.flatMap { spans in
            spans.map { span in
                value(
                    Double(lane.items[span.item].floatingPointOperations) / Double(max(span.end - span.begin, 1)), at: span.begin)
            } + (spans.last.map { [value(0, at: $0.end)] } ?? [])
        }
    }

    // MARK: Flows

    /// From the signal that came last of those that a worker waits for an arrow to the worker; none where the worker came later itself.
    private var releases: [JSONValue] {
        var events: [JSONValue] = []
        var identifier = 0
        for step in recording.steps.indices {
            // A worker gives its signals where it waits.
            let waits = recording.lanes.map { lane in lane.steps[step].filter { lane.items[$0.item].kind == .wait } }
            for (worker, lane) in recording.lanes.enumerated() {
                for span in waits[worker] {
                    let signals = lane.items[span.item].awaits.compactMap { signal in
                        waits.indices.contains(signal.worker) && signal.number <= waits[signal.worker].count
                            ? (worker: signal.worker, time: waits[signal.worker][signal.number - 1].begin) : nil
                    }
                    guard let last = signals.max(by: { ($0.time, $0.worker) < ($1.time, $1.worker) }),
                        (last.time, last.worker) > (span.begin, worker)
                    else { continue }
                    identifier += 1
                    events.append(flow("s", identifier, last.time, recording.lanes[last.worker]))
                    // Within the waiting span, whose end no longer belongs to it.
                    events.append(flow("f", identifier, max(last.time, span.end - min(1, span.end - span.begin)), lane))
                }
            }
        }
        return events
    }

    private func flow(_ phase: String, _ identifier: Int, _ time: UInt64, _ lane: StepRecording.LaneRecord) -> JSONValue {
        .members([
            "name": "release", "cat": "wait", "ph": phase, "bp": "e", "id": identifier, "ts": microseconds(time),
            "pid": Self.process(ofDevice: lane.device), "tid": lane.lane + 1,
        ])
    }

    // MARK: Events

    private func span(
        _ name: String, _ category: String, _ begin: UInt64, _ end: UInt64, _ process: Int, _ thread: Int,
        _ arguments: JSONValue
    ) -> JSONValue {
        .members([
            "name": name, "cat": category, "ph": "X", "ts": microseconds(begin), "dur": Double(end - begin) / 1000,
            "pid": process, "tid": thread, "args": arguments,
        ])
    }

    /// Since the first step's beginning.
    private func microseconds(_ time: UInt64) -> Double { Double(time - origin) / 1000 }
}
