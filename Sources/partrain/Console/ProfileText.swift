import Configuration
import KernelChoices
import Networks
import Parallelism
package import Profiling
import Rooflines
import TextLayout
import Training

/// A profile for people: the machine, the steps, a table, and what its figures mean.
package struct ProfileText: CustomStringConvertible {
    private let profile: Profile
    private let grouping: StepProfile.Grouping
    private let width: Int?

    package init(_ profile: Profile, by grouping: StepProfile.Grouping, width: Int?) {
        self.profile = profile
        self.grouping = grouping
        self.width = width
    }

    package var description: String {
        [heading, ProfileTable(profile.step, by: grouping, width: width).description, notes].joined(separator: "\n\n")
    }

    // MARK: Head

    private var heading: String {
        let settings = profile.configuration
        let seconds = profile.step.stepSeconds
        let placement =
            "mode \(settings.mode.rawValue) · \(Wording.count(settings.devices ?? 1, "device")) of "
            + Wording.count(settings.coresPerDevice, "core") + " · products in \(profile.configuration.precision.rawValue)"
        let range = [profile.step.seconds, seconds.min() ?? 0, seconds.max() ?? 0].map { Wording.fixed($0 * 1e3, 1) }
        var rows: [(name: String, text: String)] = profile.rooflines.enumerated().map {
            ($0.offset == 0 ? "machine" : "", Self.describe($0.element))
        }
        rows += [
            (
                "network",
                "\(settings.model), \(Wording.grouped(profile.classCount)) classes, batch \(Wording.grouped(settings.batchSize))"
            ),
            ("parallel", placement + (settings.microBatches.map { " · \(Wording.count($0, "micro-batch"))" } ?? "")),
            (
                "steps",
                "\(profile.options.steps) after \(profile.options.warmUp): median \(range[0]) ms (\(range[1]) to \(range[2])), "
                    + "\(Wording.speed(profile.imagesPerSecond)) images/s"
            ),
        ]
        if let traffic { rows.append(("traffic", traffic)) }
        return LabelledLines.text(rows, width: width)
    }

    /// `2.1 GB a step; 1.3 GB, 62 %, would move if passes were made on the way`
    private var traffic: String? {
        let rows = profile.step.rows(by: .kind)
        let bytes = rows.reduce(0) { $0 + $1.bytes }
        let least = rows.reduce(0) { $0 + $1.bytesThatMustMove }
        guard bytes > 0 else { return nil }
        return
            "\(Wording.bytes(Int(bytes))) read and written in a step; \(Wording.bytes(Int(least))), \(Wording.percent(least / bytes)), "
            + "if neighbours did on the way what is a mere pass over memory"
    }

    /// `1 core   262 GFLOP/s f32 (AVX-512) · 492 bf16 · memory GB/s: 33 read, 42 copy, 45 triad · least 3 % lower`
    private static func describe(_ roofline: Roofline) -> String {
        func giga(_ speed: Roofline.Speed) -> String { Wording.fixed(speed.best / 1e9, 0) }
        var text = Wording.count(roofline.cores, "core").padded(to: 9)
        if let f32 = roofline.peaks[.f32] { text += "\(giga(f32)) GFLOP/s f32 (\(roofline.instructions[.f32] ?? ""))" }
        if let bf16 = roofline.peaks[.bf16] { text += " · \(giga(bf16)) bf16" }
        text += " · memory GB/s: \(giga(roofline.read)) read, \(giga(roofline.copy)) copy, \(giga(roofline.triad)) triad"
        let compute = roofline.peaks.values.map(\.spread).max() ?? 0
        let memory = [roofline.read, roofline.copy, roofline.triad].map(\.spread).max() ?? 0
        return text + " · spread \(Wording.percent(compute)), memory \(Wording.percent(memory))"
    }

    // MARK: Foot

    private var notes: String {
        var lines = decisions
        let cores = Wording.count(profile.step.roofline.cores, "core")
        if let alone = profile.kernelsAlone { lines += [describe(alone), ""] }
        var rows: [(name: String, text: String)] = []
        if profile.step.workers > 1 {
            rows.append(("figures", "times, work and bytes are those of a mean worker of \(profile.step.workers)"))
        }
        rows += [
            (
                "of roof",
                "the least time that the peak and the memory of a core allow, with \(cores) at work, by the time taken; above 100 % where "
                    + "data was in a cache, or an algorithm does with fewer operations than are counted"
            ), ("irregular", "what the medians leave out"),
        ]
        lines.append(LabelledLines.text(rows, width: width))
        return lines.joined(separator: "\n")
    }

    /// A line for each kernel that was chosen: `kernels     conv3: winograd for convolution 3×3, padding 1 (standard 61.20 ms, winograd 40.10 ms)`
    private var decisions: [String] {
        var seen: Set<String> = []
        // Inference takes over what training measured, and micro-batches of equal size are one choice.
        let measured = profile.decisions.filter { !$0.seconds.isEmpty } + profile.decisions.filter(\.seconds.isEmpty)
        let decisions = measured.filter { seen.insert($0.key).inserted }
        guard !decisions.isEmpty else { return [] }
        let lines = decisions.enumerated().map { index, decision in
            let times = decision.seconds.sorted { $0.key < $1.key }.map { "\($0.key) \(Wording.fixed($0.value * 1e3, 2)) ms" }
            let operation = decision.key.prefix(upTo: decision.key.firstRange(of: " of ")?.lowerBound ?? decision.key.endIndex)
            return (index == 0 ? "kernels" : "").padded(to: 12) + "\(decision.layer): \(decision.variant) for \(operation)"
                + (times.isEmpty ? "" : " (\(times.joined(separator: ", ")))")
        }
        return lines + [""]
    }

    private func describe(_ alone: KernelsAlone) -> String {
        func milliseconds(_ seconds: Double) -> String { Wording.fixed(seconds * 1e3, 1) + " ms" }
        func ratio(_ seconds: Double) -> String { seconds > 0 ? Wording.fixed(profile.step.seconds / seconds, 3) + " ×" : "–" }
        let rows = [
            ("the library's primitives", alone.primitives),
            ("and compositions of them", alone.primitives + alone.compositions), ("and reorders", alone.librarySeconds),
            ("and our loops", alone.seconds),
        ]
        return
            (["alone".padded(to: 12) + "each kernel again and again on its own; the step takes so many times their sum:"]
            + rows.map { "".padded(to: 12) + $0.0.padded(to: 26) + milliseconds($0.1).right(10) + ratio($0.1).right(10) })
            .joined(separator: "\n")
    }
}
