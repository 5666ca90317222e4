import CTerminals
import Foundation
import Glibc

/// A run of the program whose standard streams are of any kind: closed, a device, a pipe, a terminal.
final class Child {
    enum Stream {
        case closed
        case path(String)
        case descriptor(Int32)
    }

    /// What it has printed where `reading` was given.
    private(set) var text = ""
    private var bytes: [UInt8] = []
    private let process: pid_t
    /// The end of a pipe or terminal that the test reads.
    private var reading: Int32
    private var status: Int32?

    /// - Parameters:
    ///   - streams: standard input, output and error.
    ///   - terminal: where it begins a session of its own, with this as its console; `streams` are not used then.
    ///   - reading: what is read while it is waited for; closed with this.
    init(
        _ arguments: [String], in folder: String, streams: [Stream] = [], terminal: String? = nil, reading: Int32 = -1,
        environment: [String: String] = [:]
    ) throws {
        self.reading = reading
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        _ = terminals_begin_in(&actions, folder)
        // Tests may run in the background of a shell, whose jobs ignore them.
        _ = terminals_obey_signals(&attributes)
        if let terminal {
            // The first terminal that a session's leader opens becomes its console.
            _ = terminals_lead_session(&attributes)
            posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
            for number in [1, 2] as [Int32] { posix_spawn_file_actions_adddup2(&actions, 0, number) }
        }
        for (number, stream) in streams.enumerated() {
            switch stream {
            case .closed: posix_spawn_file_actions_addclose(&actions, Int32(number))
            case .path(let path):
                posix_spawn_file_actions_addopen(&actions, Int32(number), path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
            case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
            }
        }
        let variables = ProcessInfo.processInfo.environment.filter { $0.key != "COLUMNS" }
            .merging(["TERM": "xterm", "PARTRAIN_CORE_GROUP": "\(UUID())"]) { $1 }.merging(environment) { $1 }
        var words = ([CommandRun.program.path] + arguments).map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + settings { free(word) } }
        var identifier: pid_t = 0
        let code = posix_spawn(&identifier, CommandRun.program.path, &actions, &attributes, &words, &settings)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
        process = identifier
        if reading >= 0 { _ = fcntl(reading, F_SETFL, fcntl(reading, F_GETFL) | O_NONBLOCK) }
    }

    deinit {
        if status == nil {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        closeReading()
    }

    func send(_ signal: Int32) { kill(process, signal) }

    /// The reader goes; of a terminal this is its end.
    func closeReading() {
        if reading >= 0 { close(reading) }
        reading = -1
    }

    /// Reads until what was printed is as wanted; throws where the process ends, or ten minutes pass, before.
    func wait(until isAsWanted: (String) throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(600)
        while try !isAsWanted(text) {
            try check(deadline)
            guard status == nil else { throw Ended(status: status ?? 0, text: text) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Reads until it ends. The exit status, or the signal that ended it as a negative number.
    func end() async throws -> Int32 {
        let deadline = ContinuousClock.now + .seconds(600)
        while status == nil {
            try check(deadline)
            try await Task.sleep(for: .milliseconds(5))
        }
        read()
        return status ?? 0
    }

    struct Ended: Error {
        let status: Int32
        let text: String
    }

    private func check(_ deadline: ContinuousClock.Instant) throws {
        read()
        var code: Int32 = 0
        if waitpid(process, &code, WNOHANG) == process {
            status = code & 0x7F == 0 ? code >> 8 & 0xFF : -(code & 0x7F)
        } else if ContinuousClock.now > deadline {
            // That it hangs is the finding: `deinit` kills it.
            throw Ended(status: .min, text: text)
        }
    }

    private func read() {
        guard reading >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var isNew = false
        while case let count = Glibc.read(reading, &buffer, buffer.count), count > 0 {
            bytes += buffer[..<count]
            isNew = true
        }
        if isNew { text = String(decoding: bytes, as: UTF8.self) }
    }
}

extension Child {
    /// A pipe of which the program writes to `end`, and the test reads.
    static func pipe() -> (reading: Int32, end: Int32) {
        var ends: [Int32] = [0, 0]
        precondition(terminals_pipe(&ends) == 0, "a pipe can be made")
        return (ends[0], ends[1])
    }

    /// A pipe that nobody reads.
    static func closedPipe() -> Int32 {
        let (reading, end) = pipe()
        close(reading)
        return end
    }
}
