#define _GNU_SOURCE
#include "CEdit.h"

#include <errno.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cedit {
    EditLine *line;
    HistoryW *history;
    FILE *input;
    FILE *output;
    FILE *errors;
    /// Whether this machine has a description of the terminal ($TERM).
    bool is_described;
    /// Where a person sees what is written.
    int terminal;
    cedit_callbacks callbacks;
};

bool cedit_use_utf8(void) {
    static const char *const candidates[] = {"", "C.UTF-8", "C.utf8", "en_US.UTF-8", "ko_KR.UTF-8", "UTF-8"};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (setlocale(LC_CTYPE, candidates[i]) != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
    }
    return false;
}

// MARK: Callbacks

static cedit *editor_of(EditLine *line) {
    void *editor = NULL;
    el_wget(line, EL_CLIENTDATA, &editor);
    return editor;
}

static int read_key(EditLine *line, wchar_t *key) {
    cedit *editor = editor_of(line);
    return editor->callbacks.read_key(editor->callbacks.owner, key);
}

static unsigned char complete(EditLine *line, wint_t key) {
    (void)key;
    cedit *editor = editor_of(line);
    return editor->callbacks.complete(editor->callbacks.owner);
}

static unsigned char search(EditLine *line, wint_t key) {
    (void)key;
    cedit *editor = editor_of(line);
    return editor->callbacks.search(editor->callbacks.owner);
}

static unsigned char clear(EditLine *line, wint_t key) {
    (void)key;
    cedit *editor = editor_of(line);
    return editor->callbacks.clear(editor->callbacks.owner);
}

static unsigned char apply(EditLine *line, wint_t key) {
    (void)key;
    cedit *editor = editor_of(line);
    return editor->callbacks.apply(editor->callbacks.owner);
}

// MARK: Key bindings

#define COMPLETE L"dami-complete"
#define SEARCH L"dami-search-history"
#define CLEAR L"dami-clear-screen"
#define APPLY L"dami-apply"

static void bind_key(EditLine *line, const wchar_t *key, const wchar_t *command) {
    el_wset(line, EL_BIND, key, command, NULL);
}

/// Whether a key has one of libedit's own meanings, so that ours may take its place. libedit tells what a key does
/// only by printing it.
static bool has_meaning(cedit *editor, const wchar_t *key, const char *const *meanings) {
    char *text = NULL;
    size_t size = 0;
    FILE *capture = open_memstream(&text, &size);
    if (capture == NULL) return false;
    el_wset(editor->line, EL_SETFP, 1, capture);
    el_wset(editor->line, EL_BIND, key, NULL);
    el_wset(editor->line, EL_SETFP, 1, editor->output);
    fclose(capture);
    bool found = false;
    for (; text != NULL && *meanings != NULL; meanings++) found = found || strstr(text, *meanings) != NULL;
    free(text);
    return found;
}

/// Gives Tab and Ctrl-R our meaning unless ~/.editrc gave them one: `bind -v` puts all keys back to libedit's own.
static void bind_keys(cedit *editor) {
    static const char *const tab_meanings[] = {"ed-insert", "ed-unassigned", NULL};
    static const char *const search_meanings[] = {
        "em-inc-search-prev", "ed-redisplay", "ed-insert", "ed-unassigned", NULL};
    static const char *const clear_meanings[] = {"ed-clear-screen", "ed-insert", NULL};
    if (has_meaning(editor, L"^I", tab_meanings)) bind_key(editor->line, L"^I", COMPLETE);
    if (has_meaning(editor, L"^R", search_meanings)) bind_key(editor->line, L"^R", SEARCH);
    if (has_meaning(editor, L"^L", clear_meanings)) bind_key(editor->line, L"^L", CLEAR);
    const wchar_t key[] = {cedit_apply_key, 0};
    bind_key(editor->line, key, APPLY);
    el_wset(editor->line, EL_BIND, L"-a", key, APPLY, NULL);
}

// MARK: What libedit writes

/// Lets the bell through, and nothing else.
static ssize_t write_bell(void *cookie, const char *bytes, size_t count) {
    cedit *editor = cookie;
    // A bell that can't be rung is not missed.
    if (memchr(bytes, '\a', count) != NULL && write(editor->terminal, "\a", 1) < 0) errno = 0;
    return (ssize_t)count;
}

static FILE *open_output(cedit *editor) {
    cookie_io_functions_t functions = {.write = write_bell};
    return fopencookie(editor, "w", functions);
}

// MARK: Life

cedit *cedit_open(const char *name, int input, int output, cedit_callbacks callbacks, int history_size) {
    cedit *editor = calloc(1, sizeof *editor);
    if (editor == NULL) return NULL;
    editor->callbacks = callbacks;
    editor->terminal = output;
    int in = dup(input);
    editor->input = in < 0 ? NULL : fdopen(in, "r");
    editor->output = open_output(editor);
    // "No entry for terminal type" is libedit's way to say that it makes do with a dumb one; users need not hear it.
    editor->errors = fopen("/dev/null", "w");
    if (editor->input == NULL || editor->output == NULL || editor->errors == NULL) goto failed;
    editor->line = el_init_fd(name, editor->input, editor->output, editor->errors, in, output, output);
    editor->history = history_winit();
    if (editor->line == NULL || editor->history == NULL) goto failed;

    EditLine *line = editor->line;
    editor->is_described = el_wset(line, EL_TERMINAL, (char *)NULL) == 0;
    HistEventW event;
    history_w(editor->history, &event, H_SETSIZE, history_size);
    history_w(editor->history, &event, H_SETUNIQUE, 1);
    el_wset(line, EL_CLIENTDATA, editor);
    el_wset(line, EL_SIGNAL, 0);
    el_wset(line, EL_EDITOR, L"emacs");
    el_wset(line, EL_HIST, history_w, editor->history);
    el_wset(line, EL_GETCFN, read_key);
    el_wset(line, EL_ADDFN, COMPLETE, L"Completes commands, items and categories", complete);
    el_wset(line, EL_ADDFN, SEARCH, L"Searches the history as one types", search);
    el_wset(line, EL_ADDFN, CLEAR, L"Clears the screen", clear);
    el_wset(line, EL_ADDFN, APPLY, L"For the program's own use", apply);
    // What most people's shells do with these keys. Before ~/.editrc, so that it has the last word.
    bind_key(line, L"^W", L"ed-delete-prev-word");
    bind_key(line, L"\\e[1;5C", L"em-next-word");
    bind_key(line, L"\\e[1;5D", L"ed-prev-word");
    bind_key(line, L"\\e[3~", L"ed-delete-next-char");
    bind_key(line, L"\\e[1~", L"ed-move-to-beg");
    bind_key(line, L"\\e[4~", L"ed-move-to-end");
    el_source(line, NULL);
    bind_keys(editor);
    // Between two lines libedit puts the terminal back to its usual state, in which the kernel would echo keys typed
    // ahead into the reply, and take a Ctrl-D or a backspace among them for its own.
    if (cedit_is_editing(editor)) el_wset(line, EL_SETTY, L"-x", L"-echo", L"-icanon", NULL);
    return editor;

failed:
    cedit_close(editor);
    return NULL;
}

void cedit_close(cedit *editor) {
    if (editor == NULL) return;
    if (editor->line != NULL) {
        // el_end would throw away what was typed ahead for the shell; the owner puts the terminal back itself.
        el_wset(editor->line, EL_PREP_TERM, 0);
        el_wset(editor->line, EL_EDITMODE, 0);
        el_end(editor->line);
    }
    if (editor->history != NULL) history_wend(editor->history);
    if (editor->input != NULL) fclose(editor->input);
    if (editor->output != NULL) fclose(editor->output);
    if (editor->errors != NULL) fclose(editor->errors);
    free(editor);
}

// MARK: Lines

int cedit_read_line(cedit *editor, const wchar_t **line) {
    int count = 0;
    *line = el_wgets(editor->line, &count);
    return *line == NULL ? (count < 0 ? -1 : 0) : count;
}

const wchar_t *cedit_line(cedit *editor, size_t *length, size_t *cursor) {
    const LineInfoW *info = el_wline(editor->line);
    *length = (size_t)(info->lastchar - info->buffer);
    *cursor = (size_t)(info->cursor - info->buffer);
    return info->buffer;
}

void cedit_replace(cedit *editor, size_t count, const wchar_t *text) {
    el_deletestr(editor->line, (int)count);
    if (*text != 0) el_winsertstr(editor->line, text);
}

void cedit_set_line(cedit *editor, const wchar_t *text, size_t cursor) {
    size_t length, place;
    cedit_line(editor, &length, &place);
    el_cursor(editor->line, (int)(length - place));
    cedit_replace(editor, length, text);
    cedit_line(editor, &length, &place);
    if (cursor < place) el_cursor(editor->line, -(int)(place - cursor));
}

void cedit_remember(cedit *editor, const wchar_t *line) {
    HistEventW event;
    history_w(editor->history, &event, H_ENTER, line);
}

void cedit_forget_lines(cedit *editor) {
    HistEventW event;
    history_w(editor->history, &event, H_CLEAR);
}

bool cedit_has_ansi_cursor(cedit *editor) {
    const char *name = NULL;
    char *up = NULL;
    el_wget(editor->line, EL_TERMINAL, &name);
    if (name == NULL || strcmp(name, "dumb") == 0 || strcmp(name, "emacs") == 0) return false;
    // "up", by one row, is ESC M in the descriptions of tmux and screen; "UP" takes the number of rows.
    el_wget(editor->line, EL_GETTC, "UP", &up);
    if (up == NULL || *up == 0) return !editor->is_described;
    return strncmp(up, "\033[", 2) == 0;
}

bool cedit_is_editing(cedit *editor) {
    int editing = 0;
    el_wget(editor->line, EL_EDITMODE, &editing);
    return editing != 0;
}

void cedit_enter_editing(cedit *editor) {
    el_wset(editor->line, EL_PREP_TERM, 0);
    el_wset(editor->line, EL_PREP_TERM, 1);
}
