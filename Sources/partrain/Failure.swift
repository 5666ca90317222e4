import ArgumentParser
import Checkpoints
import Configuration
import Datasets
import Devices
import Glibc
import ImageFiles
import ModelZoo
import Networks
import Parallelism
import Planning
import Rooflines
import Topology
import Training

/// An error as the program ends with it: a sentence on standard error and an exit status (`sysexits.h`).
struct Failure {
    let message: String
    let status: Int32
    private let isParsing: Bool
    private let error: any Error

    /// Whether it was asked for.
    private let isStop: Bool
    /// Whether there is nobody to whom it matters.
    private let isQuiet: Bool

    init(_ error: any Error) {
        self.error = error
        let known = Self.status(of: error)
        isParsing = known == nil
        status = known ?? Partrain.exitCode(for: error).rawValue
        message = isParsing ? Partrain.message(for: error) : "\(error)"
        isStop = (error as? RunEnding)?.status != nil
        isQuiet = (error as? OutputError)?.isReaderGone == true
    }

    /// Help and version end with 0 and print on standard output, as the parser has it.
    func exit() -> Never {
        if isParsing && status == 0 { showWhatWasAskedFor() }
        let text = "partrain: \(isStop ? "" : "error: ")\(message)" + (isParsing ? "\nSee `partrain --help`." : "")
        if !isQuiet { try? TextStream.error.showMessage(text) }
        Glibc.exit(status)
    }

    private func showWhatWasAskedFor() -> Never {
        do {
            // The parser's own printing does not notice that it fails.
            try TextStream.output.write(Partrain.fullMessage(for: error) + "\n")
            Glibc.exit(EXIT_SUCCESS)
        } catch {
            Failure(error).exit()
        }
    }

    /// Nil for the argument parser's own errors, which know theirs.
    private static func status(of error: any Error) -> Int32? {
        switch error {
        case let error as DatasetError:
            error.category.status
        case let error as ConfigurationError:
            error.status
        case let error as TrainingError:
            error.status
        case is ModelZooError, is NetworkError, is ParallelismError:
            EX_USAGE
        case let error as TopologyError:
            switch error {
            case .devices, .coresPerDevice, .synthetic: EX_USAGE
            case .hwloc, .noUsableCores: EX_OSERR
            }
        case ExecutionError.outOfMemory, ExecutionError.deviceMemory:
            EX_OSERR
        case is ExecutionError:
            EX_SOFTWARE
        case let error as DevicesError:
            switch error {
            case .topology(let error): status(of: error)
            case .thread: EX_OSERR
            case .lane(_, _, let underlying): status(of: underlying) ?? EX_SOFTWARE
            }
        case is RooflineError:
            EX_OSERR
        case let error as CheckpointError:
            error.category.status
        case let ending as RunEnding:
            ending.status ?? status(of: ending.cause)
        case is OutputError, is FileError:
            EX_IOERR
        case let failure as VerificationFailure:
            if case .injectedMissed = failure { EX_SOFTWARE } else { EXIT_FAILURE }
        default:
            nil
        }
    }
}
