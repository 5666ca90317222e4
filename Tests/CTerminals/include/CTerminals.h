// What Swift's module of the C library leaves out, as glibc declares it for GNU and X/Open sources only.
#ifndef CTERMINALS_H
#define CTERMINALS_H

#include <spawn.h>
#include <stddef.h>

/// Makes a pseudo-terminal (pty(7)). The descriptor of its master, which no child inherits, or -1; the slave's path goes to `path`.
int terminals_open(char *path, size_t size);

/// `pipe2(ends, O_CLOEXEC)`
int terminals_pipe(int ends[2]);

/// The child begins in `folder`.
int terminals_begin_in(posix_spawn_file_actions_t *actions, const char *folder);

/// The child leads a session of its own.
int terminals_lead_session(posix_spawnattr_t *attributes);

/// The child ignores none of the signals that ask it to end, whatever this process ignores.
int terminals_obey_signals(posix_spawnattr_t *attributes);

#endif
