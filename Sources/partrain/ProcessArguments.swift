import Datasets
import Glibc
import ImageFiles

/// What the program was called with. An argument need not be text of any encoding: the name of a file is bytes.
enum ProcessArguments {
    /// The arguments behind the program's name. Bytes that are no UTF-8 stand as `\xE9`, which paths of data understand.
    static var texts: [String] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            guard let argument = CommandLine.unsafeArgv[index] else { return nil }
            if let text = String(validatingCString: argument) { return text }
            return FilePath(bytes: UnsafeRawBufferPointer(start: argument, count: strlen(argument))).description
        }
    }
}
