#define _GNU_SOURCE
#include "CCrashNote.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Only what POSIX allows in a handler is used there: write, open, close.

static char file[4096];
static unsigned limit;
static const char *volatile subject;
static volatile uint64_t number;
static const void *volatile bytes;
static volatile size_t count;

static void put(const char *text) {
    if (write(STDERR_FILENO, text, strlen(text)) < 0) return;
}

static void put_number(uint64_t value) {
    char digits[21];
    char *place = digits + sizeof digits;
    *--place = 0;
    do {
        *--place = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    put(place);
}

static void note(int signal_number) {
    put(signal_number == SIGALRM ? "fuzz: no end in time" : "fuzz: crash");
    if (subject) {
        put(": ");
        put(subject);
        put(", case ");
        put_number(number);
        put("; its bytes are in ");
        put(file);
        int descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (descriptor >= 0) {
            if (write(descriptor, bytes, count) < 0) put(" (not written)");
            close(descriptor);
        }
    }
    put("\n");
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

void ccrashnote_install(const char *path, unsigned seconds) {
    strncpy(file, path, sizeof file - 1);
    limit = seconds;
    static const size_t size = 1 << 16;
    stack_t stack = {.ss_sp = malloc(size), .ss_size = size};
    if (stack.ss_sp) sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_ONSTACK | SA_NODEFER};
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGALRM};
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) sigaction(fatal[i], &action, NULL);
}

void ccrashnote_begin(const char *name, uint64_t case_number, const void *content, size_t size) {
    // Not installed, there is nobody to read the note, and tests try several files at once.
    if (!file[0]) return;
    number = case_number;
    bytes = content;
    count = size;
    subject = name;
    if (limit) alarm(limit);
}

void ccrashnote_end(void) {
    if (!file[0]) return;
    subject = NULL;
    if (limit) alarm(0);
}
