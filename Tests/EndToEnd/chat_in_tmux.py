#!/usr/bin/env python3
"""Talks with `dami chat` in a real terminal (tmux) and looks at the screen.

    Tests/EndToEnd/chat_in_tmux.py PATH/TO/dami [--home DIRECTORY]

The Swift tests drive the editor and a double of the assistant in a pseudo-terminal; this drives the program as it is
installed: its start, the shell's job control, a terminal that wraps rows anew, signals, a crash. --home names a
directory that holds shop.db and shop.model; without it a small shop is made and trained. Needs tmux and Python 3.8, and
nothing else. Every wait has a generous limit and ends as soon as the screen is right, so a slow machine is only slow.
"""

import argparse
import os
import re
import shutil
import signal as signal_numbers
import subprocess
import sys
import tempfile
import time

PATIENCE = 60.0


class Failure(Exception):
    pass


class Terminal:
    """A tmux session with a shell in it."""

    def __init__(self, environment, columns=80, rows=24):
        self.socket = f"dami-{os.getpid()}-{time.monotonic_ns()}"
        names = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
        names.update({"LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"})
        self.server_environment = names
        assignments = [f"{name}={value}" for name, value in environment.items()]
        cleared = ["-u", "LC_ALL", "-u", "TMUX"]
        self.tmux(
            "new-session", "-d", "-x", str(columns), "-y", str(rows),
            "env", *cleared, *assignments, "PS1=$ ", "bash", "--norc", "--noprofile", "--noediting")
        self.tmux("set-option", "-g", "status", "off")
        # The window keeps the size that it is given.
        self.tmux("set-option", "-g", "window-size", "manual")
        self.wait(lambda lines: lines[-1:] == ["$"], "the shell's prompt")

    def tmux(self, *arguments, text=None):
        done = subprocess.run(
            ["tmux", "-u", "-L", self.socket, "-f", "/dev/null", *arguments], env=self.server_environment,
            input=text, capture_output=True, encoding="utf-8")
        if done.returncode != 0:
            raise Failure(f"tmux {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def close(self):
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], capture_output=True)

    def type(self, text):
        self.tmux("send-keys", "-l", "--", text)

    def press(self, *keys):
        self.tmux("send-keys", "--", *keys)

    def paste(self, text):
        """As a person does, marked as pasted where the program asked for it."""
        self.tmux("load-buffer", "-", text=text)
        self.tmux("paste-buffer", "-p", "-d")

    def resize(self, columns, rows=24):
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def lines(self, history=False):
        shown = self.tmux("capture-pane", "-p", *(["-S", "-"] if history else []))
        lines = [line.rstrip() for line in shown.split("\n")]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def cursor(self):
        column, row = self.tmux("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(column), int(row)

    def wait(self, is_right, what, seconds=PATIENCE):
        end = time.monotonic() + seconds
        pause = 0.01
        while True:
            lines = self.lines()
            if is_right(lines):
                return lines
            if time.monotonic() > end:
                raise Failure(f"{what}; the screen shows:\n" + "\n".join("    | " + line for line in lines))
            time.sleep(pause)
            pause = min(0.2, pause * 1.5)

    def expect_last(self, line, column=None):
        def is_right(lines):
            return lines[-1:] == [line] and (column is None or self.cursor()[0] == column)
        self.wait(is_right, f"the last line should be {line!r}" + (f", the cursor in {column}" if column else ""))

    def command(self, text):
        """Runs a shell command and returns what it printed."""
        marker = f"done-{time.monotonic_ns()}"
        self.tmux("clear-history")
        self.type(f"clear; {text}; echo {marker[:4]}''{marker[4:]}")
        self.press("Enter")
        lines = self.wait(lambda lines: marker in lines, f"{text} should end")
        return lines[: lines.index(marker)]

    def start_chat(self, arguments="", prompt="❯"):
        self.type(f"clear; dami chat {arguments}")
        self.press("Enter")
        # The greeting, the hint, and the prompt.
        self.wait(lambda lines: len(lines) > 2 and lines[-1] == prompt, "a prompt")

    def leave_chat(self):
        self.press("C-d")
        self.wait(lambda lines: lines[-1:] == ["$"], "the shell's prompt")


def children_named(name, parent):
    """The processes of that name whose parent is the given one."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
                before, after = file.read().rsplit(")", 1)
        except OSError:
            continue
        if before.split("(", 1)[1] == name and int(after.split()[1]) == parent:
            found.append(int(process))
    return found


def check(condition, what):
    if not condition:
        raise Failure(what)


# MARK: What is checked


def hangul_is_edited(terminal):
    terminal.start_chat()
    terminal.type("우유랑 식빵 담아")
    terminal.expect_last("❯ 우유랑 식빵 담아", 18)
    terminal.press("BSpace", "BSpace")
    terminal.expect_last("❯ 우유랑 식빵", 14)
    terminal.press("Left", "Left", "Left")
    terminal.expect_last("❯ 우유랑 식빵", 9)
    terminal.type("두부랑 ")
    terminal.expect_last("❯ 우유랑 두부랑 식빵", 16)
    terminal.press("Right")
    terminal.expect_last("❯ 우유랑 두부랑 식빵", 18)
    terminal.press("Home")
    terminal.type("큰 ")
    terminal.expect_last("❯ 큰 우유랑 두부랑 식빵", 5)
    terminal.press("C-u")
    terminal.press("C-k")
    terminal.expect_last("❯", 2)
    terminal.leave_chat()


def lines_wrap_and_follow_the_window(terminal):
    terminal.resize(31)
    terminal.start_chat()
    text = "가나다라마바사아자차카타파하거너더러"
    terminal.type(text)
    terminal.wait(lambda lines: lines[-2:] == ["❯ " + text[:14], text[14:]], "two rows, whole syllables in each")
    terminal.press("Home")
    terminal.type("x")
    terminal.wait(lambda lines: lines[-2:] == ["❯ x" + text[:14], text[14:]], "a letter before them")
    terminal.press("BSpace", "End")
    terminal.resize(60)
    terminal.wait(lambda lines: lines[-1] == "❯ " + text, "one row in a wide window")
    terminal.resize(23)
    terminal.wait(lambda lines: lines[-2:] == ["❯ " + text[:10], text[10:]], "two rows in a narrow one")
    terminal.type("!")
    terminal.wait(lambda lines: lines[-1] == text[10:] + "!", "typing goes on at the end")
    check(sum("❯ 가나다" in line for line in terminal.lines()) == 1, "the line is on the screen once")
    terminal.press("C-u")
    terminal.leave_chat()
    terminal.resize(80)


def tab_completes(terminal):
    terminal.start_chat()
    terminal.type("/che")
    terminal.press("Tab")
    terminal.expect_last("❯ /checkout")
    terminal.press("C-u")
    terminal.type("/re")
    terminal.press("Tab", "Tab")
    terminal.wait(lambda lines: any("/recommend" in line and "/reset" in line for line in lines), "candidates")
    terminal.press("C-u")
    terminal.leave_chat()


def history_is_recalled(terminal):
    terminal.start_chat()
    for line in ["안녕하세요", "30대 여자야"]:
        terminal.type(line)
        terminal.press("Enter")
        terminal.wait(lambda lines: lines[-1].endswith("❯"), "an answer")
    terminal.expect_last("30대 여성 ❯")
    terminal.press("Up", "Up")
    terminal.expect_last("30대 여성 ❯ 안녕하세요")
    terminal.press("C-u")
    terminal.leave_chat()
    terminal.start_chat()
    terminal.press("C-r")
    terminal.type("여자")
    terminal.wait(lambda lines: lines[-1].endswith("‘여자’: 30대 여자야"), "what was said in an earlier chat")
    terminal.press("C-g")
    terminal.expect_last("❯", 2)
    terminal.leave_chat()
    found = terminal.command('stat -c %a "$XDG_STATE_HOME/dami/history"')
    check(found == ["600"], f"the history is its owner's alone, not {found}")


def signals_leave_the_terminal_right(terminal):
    terminal.start_chat()
    terminal.type("우유")
    # What the kernel still holds when Ctrl-Z comes, it throws away.
    terminal.expect_last("❯ 우유")
    terminal.press("C-z")
    terminal.wait(lambda lines: any("Stopped" in line for line in lines) and lines[-1] == "$", "stopped by Ctrl-Z")
    check("echo" in " ".join(terminal.command("stty -a | tr ' ' '\\n' | grep '^-*echo;*$'")), "a shell that echoes")
    terminal.type("fg")
    terminal.press("Enter")
    terminal.expect_last("❯ 우유", 6)
    terminal.press("C-c")
    terminal.expect_last("❯", 2)
    terminal.press("C-c")
    terminal.wait(lambda lines: lines[-1] == "$", "left by Ctrl-C twice")
    for signal, status in [("TERM", 143), ("HUP", 129), ("SEGV", 139), ("ABRT", 134), ("QUIT", 131)]:
        terminal.type("ulimit -c 0; SWIFT_BACKTRACE=enable=no dami chat; echo status $?")
        terminal.press("Enter")
        terminal.wait(lambda lines: lines[-1] == "❯", "a prompt")
        terminal.type("식")
        terminal.expect_last("❯ 식")
        pane = terminal.tmux("display-message", "-p", "#{pane_pid}").strip()
        chat = children_named("dami", int(pane))
        check(len(chat) == 1, f"one dami in the shell, not {chat}")
        os.kill(chat[0], signal_numbers.Signals["SIG" + signal])
        terminal.wait(
            lambda lines: any(line.endswith(f"status {status}") for line in lines) and lines[-1] == "$",
            f"left by SIG{signal} with {status}")
        flags = " ".join(terminal.command("stty -a"))
        check(re.search(r"[^-]\bicanon\b", flags) and re.search(r"[^-]\becho\b", flags), f"a sane terminal after {signal}")


def a_thousand_lines_can_be_pasted(terminal):
    terminal.tmux("set-option", "-g", "history-limit", "20000")
    terminal.start_chat("--language ko")
    terminal.paste("\n".join("/language ko" for _ in range(999)) + "\n/profile F 30\n")
    terminal.expect_last("30대 여성 ❯")
    terminal.type("/quit")
    terminal.press("Enter")
    terminal.wait(lambda lines: lines[-1] == "$", "the shell")


def every_terminal_and_locale_works(terminal):
    for environment in ["LANG=C", "LC_ALL=POSIX", "LANG=ko_KR.UTF-8", "TERM=dumb", "TERM=vt100", "TERM=unheard-of"]:
        terminal.type(f"clear; {environment} dami chat --language ko")
        terminal.press("Enter")
        lines = terminal.wait(lambda lines: lines[-1:] and lines[-1] in ("❯", ">"), f"a prompt with {environment}")
        mark = lines[-1]
        terminal.type("샴푸 빼줘")
        terminal.expect_last(f"{mark} 샴푸 빼줘", 11)
        terminal.press("BSpace", "Left")
        terminal.expect_last(f"{mark} 샴푸 빼", 7)
        terminal.press("C-c")
        terminal.expect_last(mark, 2)
        terminal.press("C-c")
        terminal.wait(lambda lines: lines[-1] == "$", "the shell")


def pipes_get_plain_text(terminal):
    def run(text, *arguments):
        done = subprocess.run(
            ["dami", "chat", *arguments], input=text, capture_output=True, encoding="utf-8", env=terminal.pipe_environment)
        return done.stdout, done.returncode
    output, status = run("추천해줘\n")
    check(status == 0 and output.strip() and "\x1b" not in output and "❯" not in output, "a plain reply in a pipe")
    output, status = run("추천해줘\n/quit\n추천해줘\n", "--json")
    check(status == 0 and len(output.splitlines()) == 2 and output.startswith("{"), "a JSON line each")
    output, status = run("/login 1\n")
    check(status == 1 and output.startswith("! "), f"an error tells in the status: {status} {output!r}")


def an_interrupted_first_run_leaves_nothing(terminal):
    terminal.type('clear; DAMI_HOME="$XDG_STATE_HOME/new" dami chat; echo status $?')
    terminal.press("Enter")
    # The announcement, then the bar, which is drawn over and over in its row.
    terminal.wait(lambda lines: any("sample shop" in line for line in lines) and len(lines) > 2, "a first run that says so")
    terminal.press("C-c")
    terminal.wait(lambda lines: any("status 130" in line for line in lines) and lines[-1] == "$", "interrupted")
    left = terminal.command('ls -A "$XDG_STATE_HOME/new"')
    check([name for name in " ".join(left).split() if name != ".lock"] == [], f"nothing half made, not {left}")


CHECKS = [
    hangul_is_edited, lines_wrap_and_follow_the_window, tab_completes, history_is_recalled,
    signals_leave_the_terminal_right, a_thousand_lines_can_be_pasted, every_terminal_and_locale_works, pipes_get_plain_text,
    an_interrupted_first_run_leaves_nothing,
]


def make_home(dami, directory):
    """A small shop, and a model of it."""
    run = lambda *arguments: subprocess.run([dami, *arguments], check=True, capture_output=True)
    run("sample", "--output", f"{directory}/sample", "--customers", "400", "--seed", "1")
    run("prepare", f"{directory}/sample", "--output", f"{directory}/shop.db")
    run("train", "--data", f"{directory}/shop.db", "--output", f"{directory}/shop.model", "--epochs", "1")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dami")
    parser.add_argument("--home", help="holds shop.db and shop.model")
    parser.add_argument("--only", help="run the checks whose name holds this")
    options = parser.parse_args()
    work = tempfile.mkdtemp(prefix="dami-chat-")
    failures = 0
    try:
        home = options.home or work
        if not options.home:
            make_home(os.path.abspath(options.dami), work)
        os.mkdir(f"{work}/bin")
        os.symlink(os.path.abspath(options.dami), f"{work}/bin/dami")
        environment = {
            "PATH": f"{work}/bin:{os.environ['PATH']}", "DAMI_HOME": home, "LANG": "C.UTF-8",
            "XDG_STATE_HOME": f"{work}/state", "EDITRC": "/dev/null",
        }
        os.environ["PATH"] = environment["PATH"]
        for each in CHECKS:
            if options.only and options.only not in each.__name__:
                continue
            terminal = Terminal(environment)
            terminal.pipe_environment = {**os.environ, **environment}
            start = time.monotonic()
            try:
                each(terminal)
                print(f"ok    {each.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
            except Failure as failure:
                failures += 1
                print(f"FAIL  {each.__name__}: {failure}", flush=True)
            finally:
                terminal.close()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
