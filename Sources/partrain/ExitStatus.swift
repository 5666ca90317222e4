import Checkpoints
import Configuration
import Datasets
import Glibc
import ImageFiles
import Training

// What kinds of errors end the program with, of `sysexits.h`.

extension DatasetError.Category {
    var status: Int32 {
        switch self {
        case .missingInput: EX_NOINPUT
        case .badContent: EX_DATAERR
        case .usage: EX_USAGE
        }
    }
}

extension ConfigurationError {
    var status: Int32 {
        switch self {
        case .setting(let place, _, _): place.hasPrefix("--") ? EX_USAGE : EX_DATAERR
        case .unknownKey, .malformedFile: EX_DATAERR
        case .missingFile: EX_NOINPUT
        case .contradiction, .differs: EX_USAGE
        }
    }
}

extension TrainingError {
    var status: Int32 {
        switch self {
        case .missingFile: EX_NOINPUT
        case .badCheckpoint, .weightsDoNotFit: EX_DATAERR
        case .stopped: EX_TEMPFAIL
        case .diverged, .notPredicted: EX_SOFTWARE
        case .memory: EX_OSERR
        }
    }
}

extension CheckpointError.Category {
    var status: Int32 {
        switch self {
        case .missingInput: EX_NOINPUT
        case .badContent: EX_DATAERR
        case .inputOutput: EX_IOERR
        case .usage: EX_USAGE
        case .busy: EX_TEMPFAIL
        case .system: EX_OSERR
        }
    }
}
