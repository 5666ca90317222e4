import Checkpoints
import Foundation
import Glibc
import Testing

@Suite struct RunLockTests {
    @Test func theSecondIsRefusedByTheNameOfTheFirst() throws {
        let folder = try TemporaryFolder()
        var run: RunFolder? = try RunFolder.create(folder["run"])
        try run?.writeConfiguration("")
        expectError(.busy, naming: folder["run"], "process \(getpid()) (", "since 2", "another name") {
            _ = try RunFolder.open(folder["run"])
        }
        run = nil
        _ = try RunFolder.open(folder["run"])
    }

    /// A process that is killed leaves its lock file, and no lock.
    @Test(.timeLimit(.minutes(2))) func theLockOfAKilledProcessIsTakenOver() async throws {
        let folder = try TemporaryFolder()
        let path = folder["run"]
        try RunFolder.create(path).writeConfiguration("")
        async let end = #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let run = try RunFolder.open(path)
            try run.writeConfiguration("\(getpid())")
            withExtendedLifetime(run) { while true { pause() } }
        }
        // The child says who it is when it has the lock.
        var child: pid_t?
        while child == nil {
            try await Task.sleep(for: .milliseconds(5))
            child = pid_t(try folder.text(of: "run/configuration.yaml"))
        }
        let process = try #require(child)
        expectError(.busy, naming: path, "process \(process) (") { _ = try RunFolder.open(path) }
        #expect(try folder.text(of: "run/lock").contains("process \(process) ("))
        #expect(kill(process, SIGKILL) == 0)
        _ = await end
        let run = try RunFolder.open(path)
        #expect(try folder.text(of: "run/lock").contains("process \(getpid()) ("))
        withExtendedLifetime(run) {}
    }
}
