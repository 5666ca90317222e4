import Foundation
import Testing

/// A system whose `flock` is not there, as on some file systems of networks: the run goes on.
@Suite struct MissingLocksTests {
    static let compiler = ["clang", "gcc", "cc"].lazy.compactMap { name in
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }.first

    @Test(.enabled(if: compiler != nil, "no C compiler to make a library without flock"), arguments: [false, true])
    func aRunGoesOnWithoutFlock(withoutAny: Bool) async throws {
        let folder = try BadDataFolder()
        // Without any: the record locks of open files are refused, too, and all else that fcntl does is done.
        let record = """
            #include <fcntl.h>
            #include <stdarg.h>
            #include <sys/syscall.h>
            #include <unistd.h>
            int fcntl(int fd, int op, ...) {
              va_list list; va_start(list, op); void *value = va_arg(list, void *); va_end(list);
              if (op == 37) { errno = ENOLCK; return -1; }
              return (int)syscall(SYS_fcntl, fd, op, value);
            }
            int fcntl64(int fd, int op, ...) {
              va_list list; va_start(list, op); void *value = va_arg(list, void *); va_end(list);
              if (op == 37) { errno = ENOLCK; return -1; }
              return (int)syscall(SYS_fcntl, fd, op, value);
            }
            """
        let source = "#include <errno.h>\nint flock(int fd, int op) { errno = ENOLCK; return -1; }\n" + (withoutAny ? record : "")
        try folder.write("nolock.c", Array(source.utf8))
        let library = folder.path + "/nolock.so"
        let compiled = try await CommandRun(
            ["-shared", "-fPIC", folder.path + "/nolock.c", "-o", library], of: URL(fileURLWithPath: try #require(Self.compiler)))
        try #require(compiled.status == 0, "\(compiled.errors)")
        let run = try await CommandRun(
            [
                "--model", "lenet5", "--data", "synthetic:classes=2,train=32,val=8", "--steps", "1", "--run",
                folder.path + "/run",
            ], environment: ["LD_PRELOAD": library])
        #expect(run.status == 0, "\(run.errors)")
        let wanted = withoutAny ? "file system without locks" : "file system without flock"
        #expect(
            run.errors.split(separator: "\n").count { $0.contains("file system without") && $0.contains(wanted) } == 1,
            "\(run.errors)")
    }
}
