import ArgumentParser
import Checkpoints
import Glibc
import Sessions

/// A fault of the disk, or a sudden end, at one operation on the run's files, for the scripts that test what survives it.
///
/// `PARTRAIN_TEST_FAULT=kill-before:12`, `kill-during:12`, `kill-after:12`: SIGKILL at the twelfth operation that changes a file;
/// `ENOSPC:12`, `half-ENOSPC:12`, likewise with EACCES and EIO: the twelfth operation is refused. `stall-1:12`: worker 1 stands still in the
/// twelfth step. Unset, it does nothing.
enum TestFault {
    static let variable = "PARTRAIN_TEST_FAULT"

    private static var text: String? { getenv(variable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } }

    /// A worker that stands still.
    static func stall() throws -> StallFault? {
        guard let numbers = text?.split(separator: "-", maxSplits: 1), numbers.count == 2, numbers[0] == "stall" else {
            return nil
        }
        let parts = numbers[1].split(separator: ":").map { Int($0) }
        guard parts.count == 2, let worker = parts[0], let step = parts[1], step > 0 else {
            throw ValidationError("\(variable)=\(text ?? "") is no fault; unset it, or give one such as stall-1:12")
        }
        return StallFault(worker: worker, step: step - 1)
    }

    static func files() throws -> any FileSystem {
        guard let text, try stall() == nil else { return SystemFiles() }
        guard let fault = FileFault(text) else {
            throw ValidationError("\(variable)=\(text) is no fault; unset it, or give one such as ENOSPC:12 or kill-before:12")
        }
        return FaultyFiles(fault: fault)
    }
}
