import Foundation

/// One run of the built `partrain` as a process of its own: what it printed and how it ended.
struct CommandRun {
    let status: Int32
    let output: String
    let errors: String

    /// Runs `partrain` with `arguments` and waits for its end.
    ///
    /// - Parameters:
    ///   - folder: where it runs; a folder that is gone afterwards, unless given.
    ///   - environment: what it finds in its environment beside what is there. It takes no notice of the cores that other tests
    ///     have reserved, unless it is told their `PARTRAIN_CORE_GROUP`.
    ///   - executable: another program.
    init(
        _ arguments: [String], in place: String? = nil, environment: [String: String] = [:], of executable: URL = program
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("partrain-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files instead of pipes: nothing blocks, however much is printed.
        let files = try ["out", "err"].map { name in
            let url = folder.appendingPathComponent(name)
            try Data().write(to: url)
            return (url, try FileHandle(forWritingTo: url))
        }
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = place.map { URL(fileURLWithPath: $0) } ?? folder
        process.environment = ProcessInfo.processInfo.environment
            .merging(["PARTRAIN_CORE_GROUP": folder.lastPathComponent]) { $1 }.merging(environment) { $1 }
        process.standardOutput = files[0].1
        process.standardError = files[1].1
        status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        output = String(decoding: try Data(contentsOf: files[0].0), as: UTF8.self)
        errors = String(decoding: try Data(contentsOf: files[1].0), as: UTF8.self)
    }

    /// The lines of standard output as JSON objects; throws where one is none.
    func jsonLines() throws -> [[String: Any]] {
        try output.split(separator: "\n").map { line in
            guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                throw CocoaError(.propertyListReadCorrupt)
            }
            return object
        }
    }

    /// The program lies beside the tests' own.
    static var program: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("partrain")
    }
}
