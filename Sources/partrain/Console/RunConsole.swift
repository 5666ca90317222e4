import Configuration
import JSONText
import Training

/// What a run says, to the user and to its log, and how it ends.
final class RunConsole {
    private let reporter: any Reporter
    private let log: TextReporter?
    private let logFile: LogFile?
    private let record: RunRecord?
    /// Why the user cannot be told any more.
    private var silence: (any Error)?

    init(_ run: PreparedRun) throws {
        record = run.record
        reporter = run.preparation.configuration.json ? JSONReporter() : TextReporter()
        logFile = try run.record.map { LogFile(try $0.log()) }
        log = logFile.map { TextReporter(output: $0, warnings: $0) }
    }

    /// Tells the user and the log. A console that is gone stops the run rather than ends it, so that it is saved.
    func report(_ event: TrainingEvent) throws {
        try log?.report(event)
        guard silence == nil else { return }
        do {
            try reporter.report(event)
        } catch {
            silence = error
            StopSignals.stop.request()
        }
    }

    /// Leaves the terminal in order.
    func end() {
        reporter.end()
    }

    /// Throws where a run came to its end, but not all that it said was heard.
    func finish() throws {
        guard let silence else { return }
        throw RunEnding(
            cause: silence, remarks: ["the run is finished" + (record?.lastCheckpoint.map { ", and saved in \($0)" } ?? "")],
            status: nil)
    }

    /// The error that the program ends with: with how to go on, and with a signal's exit status where one stopped the run.
    func ending(_ error: any Error) -> any Error {
        var status: Int32?
        var cause = error
        var remarks: [String] = []
        if case TrainingError.stopped = error {
            if let signal = StopSignals.received {
                // As shells count it.
                status = 128 + signal
            } else if let silence {
                cause = silence
                remarks.append("\(error)")
            }
        }
        if let record {
            if status == nil, remarks.isEmpty, let checkpoint = record.lastCheckpoint {
                remarks.append("saved before in \(checkpoint)")
            }
            remarks += record.waysOn(after: error)
        }
        let ending = RunEnding(cause: cause, remarks: remarks, status: status)
        try? logFile?.write("partrain: \(ending.description)\n")
        return ending
    }
}

/// How a run ended that did not finish.
struct RunEnding: Error, CustomStringConvertible {
    let cause: any Error
    /// What else a user wants to know, a line each.
    let remarks: [String]
    /// The exit status where it is not the error's.
    let status: Int32?

    var description: String { (["\(cause)"] + remarks).joined(separator: "\npartrain: ") }
}
