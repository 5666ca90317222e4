import ArgumentParser
import Configuration
import JSONText
import Topology
import Training
import Verification

/// `partrain verify`: the same result wherever it runs, shown.
struct VerifyCommand: AsyncParsableCommand, SettingFlags {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Show that every way to spread the work computes what one device does.",
        discussion: """
            Takes a few steps on one device with one core, and in every mode, with every number of devices and of cores per device \
            asked for. After every step it compares all parameters, all devices' copies of them, and the losses; every exchange is \
            done again by plain code. Data mode must give the same bits; model and hybrid mode must stay within a stated bound, \
            and give the same bits when run again. What cannot run says why, and breaks no promise. Kernels are those that a run of \
            training would get (--kernels standard: the same on every machine); all cases have the same ones. \
            The learning rate is a tenth of the network's unless one is given: rounding grows less there.
            Exit status: 0 every promise holds, 1 one is broken or an injected error was found, 70 an injected error was not found.
            """)

    @Option(help: ArgumentHelp("Modes to verify.", valueName: "mode,..."))
    var modes = "data,model,hybrid"

    @Option(help: ArgumentHelp("Numbers of devices.", valueName: "n,..."))
    var devices = "1,2,4,8"

    @Option(help: ArgumentHelp("Numbers of cores of each device.", valueName: "n,..."))
    var coresPerDevice = "1"

    @Option(
        setting: "micro-batches",
        help: ArgumentHelp(
            "Into how many micro-batches the batch is cut. Default: 8, or the batch if that is smaller.", valueName: "n"))
    var microBatches: String?

    @Option(setting: "model") var model: String?
    @Option(setting: "classes") var classes: String?
    @Option(setting: "input-size") var inputSize: String?
    @Option(setting: "batch-size") var batchSize: String?

    @Option(
        setting: "kernels",
        help: ArgumentHelp(
            "Kernels: measured, as training has them, or standard, the same on every machine; one choice for all cases.",
            valueName: "choice"))
    var kernels: String?

    @Flag(help: "Change one element in one exchange, by the seed, and see that it is found.")
    var injectError = false

    @Option(help: ArgumentHelp("Change one element in this exchange.", valueName: "step:device:layer"))
    var injectErrorAt: String?

    @OptionGroup(title: "What and how it learns (5 steps unless told otherwise)") var learning: LearningFlags

    func run() async throws {
        var settings = TrainingConfiguration()
        try settings.apply(flags: given + learning.given)
        let request = try VerificationRequest(
            settings, modes: modes, devices: devices, coresPerDevice: coresPerDevice,
            injection: injectErrorAt ?? (injectError ? "" : nil))
        let verifier = try Verifier(request, on: Machine.discover())
        WarningStream().warn(try verifier.corePlacement().warnings)
        let reporter = VerificationReporter(json: learning.json)
        defer { reporter.end() }
        let report = try await verifier.run { try reporter.report($0) }
        reporter.end()
        if let failure = VerificationFailure(report, wantsError: request.injection != nil) { throw failure }
    }
}

/// How a verification that did not simply hold ends the program.
enum VerificationFailure: Error, CustomStringConvertible {
    case broken(cases: Int, of: Int)
    case nothingRan
    case boundTooWide(share: Double)
    case injectedFound
    case injectedMissed

    /// Nil where every promise holds and nothing was injected.
    init?(_ report: VerificationReport, wantsError: Bool) {
        if wantsError {
            let isOnlyOne = report.broken == 1 && report.injected?.foundAs != nil
            self =
                isOnlyOne
                ? .injectedFound
                : report.injected?.foundAs == nil ? .injectedMissed : .broken(cases: report.broken, of: report.ran)
        } else if report.ran == 0 {
            self = .nothingRan
        } else if report.broken > 0 {
            self = .broken(cases: report.broken, of: report.ran)
        } else if report.isBoundTooWide {
            self = .boundTooWide(share: report.shareOfChange)
        } else {
            return nil
        }
    }

    var description: String {
        switch self {
        case .broken(let cases, let all):
            "promises are broken in \(cases) of \(Wording.count(all, "case")); each is named above"
        case .nothingRan:
            "nothing could run, so nothing was verified; each case says what would make it run"
        case .boundTooWide(let share):
            "rounding alone carries one device so far from itself that the bound is \(Wording.percent(share)) of a parameter's change, "
                + "which would hide errors; lower --learning-rate, or take a larger --batch-size or more --steps"
        case .injectedFound:
            "the injected error was found and named, as it should be"
        case .injectedMissed:
            "the injected error was not found; the verification itself is broken, please report it"
        }
    }
}
