import ArgumentParser
import Checkpoints
import Glibc

/// A fault of the disk, or a sudden end, at one operation on the run's files, for the scripts that test what survives it.
///
/// `PARTRAIN_TEST_FAULT=kill-before:12`, `kill-during:12`, `kill-after:12`: SIGKILL at the twelfth operation that changes a file;
/// `ENOSPC:12`, `half-ENOSPC:12`, likewise with EACCES and EIO: the twelfth operation is refused. Unset, it does nothing.
enum TestFault {
    static let variable = "PARTRAIN_TEST_FAULT"

    static func files() throws -> any FileSystem {
        guard let text = getenv(variable).map({ String(cString: $0) }), !text.isEmpty else { return SystemFiles() }
        guard let fault = FileFault(text) else {
            throw ValidationError("\(variable)=\(text) is no fault; unset it, or give one such as ENOSPC:12 or kill-before:12")
        }
        return FaultyFiles(fault: fault)
    }
}
