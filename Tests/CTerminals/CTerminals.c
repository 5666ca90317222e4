#define _GNU_SOURCE
#include "CTerminals.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int terminals_open(char *path, size_t size) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0) return -1;
    if (grantpt(master) == 0 && unlockpt(master) == 0 && ptsname_r(master, path, size) == 0) return master;
    close(master);
    return -1;
}

int terminals_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int terminals_begin_in(posix_spawn_file_actions_t *actions, const char *folder) {
    return posix_spawn_file_actions_addchdir_np(actions, folder);
}

int terminals_lead_session(posix_spawnattr_t *attributes) { return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID); }
