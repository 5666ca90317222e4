#define _GNU_SOURCE
#include "CTerminals.h"

#include <fcntl.h>
#include <signal.h>
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

static int add_flag(posix_spawnattr_t *attributes, short flag) {
    short flags = 0;
    posix_spawnattr_getflags(attributes, &flags);
    return posix_spawnattr_setflags(attributes, (short)(flags | flag));
}

int terminals_lead_session(posix_spawnattr_t *attributes) { return add_flag(attributes, POSIX_SPAWN_SETSID); }

int terminals_obey_signals(posix_spawnattr_t *attributes) {
    sigset_t signals;
    sigemptyset(&signals);
    const int ending[] = {SIGHUP, SIGINT, SIGPIPE, SIGTERM};
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) sigaddset(&signals, ending[i]);
    posix_spawnattr_setsigdefault(attributes, &signals);
    return add_flag(attributes, POSIX_SPAWN_SETSIGDEF);
}
