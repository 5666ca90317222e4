import Glibc

/// Puts the streams that a process is given in order before anything is opened or printed.
enum StandardStreams {
    /// Signals that come of writing become errors of the write: a pipe without a reader (SIGPIPE), a file that may not grow (SIGXFSZ).
    ///
    /// A stream that was closed (`>&-`) is taken by `/dev/null`, opened to read only. Its number would go to the next file that is opened, a
    /// checkpoint perhaps, which would then receive what is printed; so writing fails as it does on a closed stream.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // Each open takes the lowest number that is free.
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", O_RDONLY)
        }
    }
}
