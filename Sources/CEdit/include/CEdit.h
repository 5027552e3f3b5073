#ifndef CEDIT_H
#define CEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>
#include <wchar.h>

// libedit for Swift. Two things stand between them, and this shim takes both away: libedit's settings are variadic
// functions, which Swift does not import, and what must happen when the process dies (put the terminal back) runs in
// signal handlers, where Swift may not be.
//
// The wide-character interface is used throughout: a key is a code point, and positions in a line count code points.
//
// libedit edits, and its caller draws: what libedit writes goes nowhere, but for the bell. Its own drawing
// (re_update_line, terminal_move_to_char in 3.1-20221030) goes astray where a cell that it means to start from is the
// second half of a wide character: after text is inserted before Hangul, and when it goes up a row into the middle
// of a syllable.

// MARK: Locale

/// Sets LC_CTYPE to a UTF-8 locale: the environment's own where it is one, else the first that this machine has of
/// C.UTF-8, en_US.UTF-8 and ko_KR.UTF-8.
///
/// Without this, libedit in the C locale takes the first byte of a Hangul syllable for the end of input.
/// Returns false where the machine has no UTF-8 locale at all.
bool cedit_use_utf8(void);

// MARK: Editor

typedef struct cedit cedit;

/// What an editor asks its owner. Each is called on the thread that is inside cedit_read_line.
typedef struct {
    void *owner;
    /// Puts the next key into `key` and returns 1; returns -1 to leave the line at once, with nothing read.
    int (*read_key)(void *owner, wchar_t *key);
    /// The Tab key. Returns one of libedit's CC_ codes.
    unsigned char (*complete)(void *owner);
    /// The key that starts a search of the history (Ctrl-R). Returns one of libedit's CC_ codes.
    unsigned char (*search)(void *owner);
    /// The key that clears the screen (Ctrl-L). Returns one of libedit's CC_ codes.
    unsigned char (*clear)(void *owner);
    /// The key `cedit_apply_key`, which only `read_key` can make. Returns one of libedit's CC_ codes.
    unsigned char (*apply)(void *owner);
} cedit_callbacks;

/// libedit's answers to a key, as values that Swift can read.
enum { cedit_normal = 0, cedit_refresh_line = 4, cedit_error = 6 };

/// A control character that no keyboard sends: what `read_key` returns to have `apply` called from within libedit.
static const wchar_t cedit_apply_key = 0x9F;

/// Opens an editor on the two descriptors, which stay the caller's. Reads the user's ~/.editrc ($EDITRC), whose lines
/// may begin with `name:`. Returns NULL out of memory.
cedit *cedit_open(const char *name, int input, int output, cedit_callbacks callbacks, int history_size);
void cedit_close(cedit *editor);

/// Reads a line. Returns its length in code points with the line feed, 0 for the end of input (Ctrl-D), -1 where
/// `read_key` returned -1. The line is valid until the next call.
int cedit_read_line(cedit *editor, const wchar_t **line);

/// The line as it stands while it is edited: its text, its length and the cursor's place in it.
const wchar_t *cedit_line(cedit *editor, size_t *length, size_t *cursor);
/// Deletes `count` code points before the cursor and puts `text`, ended by 0, in their place.
void cedit_replace(cedit *editor, size_t count, const wchar_t *text);
/// Replaces the whole line, the cursor at `cursor`.
void cedit_set_line(cedit *editor, const wchar_t *text, size_t cursor);
/// Adds a line to what the arrow keys recall.
void cedit_remember(cedit *editor, const wchar_t *line);
/// Empties what the arrow keys recall.
void cedit_forget_lines(cedit *editor);
/// Whether the cursor can be moved by ANSI escape sequences, as far as the terminal's description tells; a terminal
/// that has no description here is believed to be of today.
bool cedit_has_ansi_cursor(cedit *editor);
/// Whether keys are edited; false after `edit off` in ~/.editrc, where the terminal's own line editing is used.
bool cedit_is_editing(cedit *editor);
/// Puts the terminal into the state for editing, also where something else has changed it since.
void cedit_enter_editing(cedit *editor);

// MARK: The terminal's state

/// Remembers how the terminal is set now, and sees to it that it is put back when the process ends: by exit(), or by
/// a signal that kills (SIGSEGV, SIGABRT, SIGILL, SIGBUS, SIGFPE, SIGTRAP, SIGQUIT, SIGSYS). Once a process is enough.
///
/// `farewell` is written to the terminal then: the sequence that ends bracketed paste. It must stay valid.
void cedit_guard_terminal(int descriptor, const char *farewell);
/// Puts the terminal back now. Safe in a signal handler.
void cedit_restore_terminal(void);
/// Ends the guard, without touching the terminal.
void cedit_forget_terminal(void);

// MARK: Signals

/// Lets the signals be read from a descriptor, one byte each, in place of what they do; a signal that is ignored
/// stays ignored. Returns the descriptor, which never blocks, or -1.
int cedit_take_signals(const int *signals, size_t count);
/// Puts back what the signals did before.
void cedit_release_signals(void);
/// Stops this process as Ctrl-Z does, by the default action of SIGTSTP; returns when it goes on.
void cedit_stop_process(void);

#endif
