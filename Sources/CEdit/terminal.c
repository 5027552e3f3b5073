#define _GNU_SOURCE
#include "CEdit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// MARK: The terminal's state

// Read in signal handlers: written before `guarded` is set, and not changed while it is.
static struct termios saved_state;
static int guarded_descriptor = -1;
static const char *farewell_text = "";
static volatile sig_atomic_t guarded = 0;

static const int fatal_signals[] = {SIGSEGV, SIGABRT, SIGILL, SIGBUS, SIGFPE, SIGTRAP, SIGQUIT, SIGSYS};
enum { fatal_count = sizeof fatal_signals / sizeof *fatal_signals };
static struct sigaction fatal_before[fatal_count];

void cedit_restore_terminal(void) {
    if (!guarded) return;
    int before = errno;
    size_t length = strlen(farewell_text);
    // A farewell that can't be written has no reader.
    if (length > 0 && write(guarded_descriptor, farewell_text, length) < 0) errno = 0;
    tcsetattr(guarded_descriptor, TCSANOW, &saved_state);
    errno = before;
}

/// Puts the terminal back, then lets the signal do what it did before.
static void die(int signal) {
    cedit_restore_terminal();
    for (size_t i = 0; i < fatal_count; i++) {
        if (fatal_signals[i] == signal) sigaction(signal, &fatal_before[i], NULL);
    }
    raise(signal);
}

void cedit_guard_terminal(int descriptor, const char *farewell) {
    static bool registered = false;
    guarded = 0;
    if (tcgetattr(descriptor, &saved_state) != 0) return;
    guarded_descriptor = descriptor;
    farewell_text = farewell;
    guarded = 1;
    if (registered) return;
    registered = true;
    atexit(cedit_restore_terminal);
    struct sigaction action = {.sa_handler = die, .sa_flags = SA_NODEFER | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < fatal_count; i++) {
        sigaction(fatal_signals[i], &action, &fatal_before[i]);
        if (fatal_before[i].sa_handler == SIG_IGN) sigaction(fatal_signals[i], &fatal_before[i], NULL);
    }
}

void cedit_forget_terminal(void) { guarded = 0; }

// MARK: Signals

enum { signal_limit = 65 };
static struct sigaction taken_before[signal_limit];
static bool is_taken[signal_limit];
static int signal_pipe[2] = {-1, -1};

static void note_signal(int signal) {
    int before = errno;
    unsigned char byte = (unsigned char)signal;
    // A full pipe holds more signals than anybody can be waiting for.
    if (write(signal_pipe[1], &byte, 1) < 0) errno = 0;
    errno = before;
}

static void take(int signal) {
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

int cedit_take_signals(const int *signals, size_t count) {
    if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    for (size_t i = 0; i < count; i++) {
        int signal = signals[i];
        if (signal <= 0 || signal >= signal_limit || is_taken[signal]) continue;
        if (sigaction(signal, NULL, &taken_before[signal]) != 0) continue;
        // nohup, or a shell without job control: what is ignored is meant to stay so.
        if (taken_before[signal].sa_handler == SIG_IGN) continue;
        is_taken[signal] = true;
        take(signal);
    }
    return signal_pipe[0];
}

void cedit_release_signals(void) {
    for (int signal = 1; signal < signal_limit; signal++) {
        if (!is_taken[signal]) continue;
        sigaction(signal, &taken_before[signal], NULL);
        is_taken[signal] = false;
    }
}

void cedit_stop_process(void) {
    struct sigaction fallback = {.sa_handler = SIG_DFL}, before;
    sigemptyset(&fallback.sa_mask);
    sigaction(SIGTSTP, &fallback, &before);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
}
