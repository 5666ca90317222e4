import Checkpoints
import Foundation
import Glibc
import Locks
import Testing

@Suite struct RunLockTests {
    @Test func theSecondIsRefusedByTheNameOfTheFirst() throws {
        let folder = try TemporaryFolder()
        var run: RunFolder? = try RunFolder.create(folder["run"])
        try run?.writeConfiguration("")
        expectError(
            .busy, naming: folder["run"], "process \(getpid()) (", "since 2", " UTC: wait for its end, or choose another name"
        ) {
            _ = try RunFolder.open(folder["run"])
        }
        run = nil
        _ = try RunFolder.open(folder["run"])
    }

    /// On a file system without one kind of lock the other is taken, and without any the run goes unguarded, which is said.
    @Test(arguments: [ENOLCK, EOPNOTSUPP, ENOSYS]) func aFileSystemWithoutLocks(code: Int32) throws {
        let folder = try TemporaryFolder()
        let unsupported = LockMethod { _ in code }
        let second = [unsupported, LockMethod.all[1]]
        var lock: RunLock? = try RunLock(folder: folder.path, methods: second)
        #expect(lock?.guardian == .fallback)
        expectError(.busy, naming: folder.path, "process \(getpid()) (") { _ = try RunLock(folder: folder.path, methods: second) }
        lock = nil
        lock = try RunLock(folder: folder.path, methods: second)
        lock = nil
        let free = try RunLock(folder: folder.path, methods: [unsupported, unsupported])
        #expect(free.guardian == RunLock.Guard.none)
        #expect(try folder.text(of: "lock").contains("process \(getpid()) ("))
        // A disk that fails is no missing lock.
        expectError(.inputOutput, naming: folder.path) {
            _ = try RunLock(folder: folder.path, methods: [LockMethod { _ in EIO }])
        }
    }

    /// Either number says that a lock is held; who holds it may not have said so yet.
    @Test(arguments: [EWOULDBLOCK, EACCES]) func aHolderWithoutAName(code: Int32) throws {
        let folder = try TemporaryFolder()
        expectError(.busy, naming: "\(folder.path) is in use by another process: wait for its end") {
            _ = try RunLock(folder: folder.path, methods: [LockMethod { _ in code }])
        }
    }

    @Test func aSignalIsNoReasonToGiveUp() throws {
        let folder = try TemporaryFolder()
        let calls = Guarded(0)
        let method = LockMethod { _ in
            calls.withLock { count in
                count += 1
                return count < 3 ? EINTR : 0
            }
        }
        let lock = try RunLock(folder: folder.path, methods: [method])
        let count = calls.withLock { $0 }
        #expect(lock.guardian == .first && count == 3)
    }

    /// A process that is killed leaves its lock file, and no lock.
    @Test(.timeLimit(.minutes(30))) func theLockOfAKilledProcessIsTakenOver() async throws {
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
