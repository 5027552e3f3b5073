#!/usr/bin/env python3
"""Runs both example clients against a server: `check.py DAMI [serve's options]`. Exit status 0 if all is well.

The server is started on a free port and stopped in the end. With no options it serves what lies in dami's home.
"""
import os
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "python"))
from dami_client import Dami, DamiError  # noqa: E402

LINES = "안녕\n30대 여자야 추천해줘\n/cart\n"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, server):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit(f"dami serve ended with {server.returncode}")
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
    raise SystemExit("dami serve did not listen within a minute")


def check_requests(port):
    with Dami("127.0.0.1", port) as dami:
        hello = dami.hello(language="en")
        assert hello["role"] == "guest" and hello["cart"] == [], hello
        reply = dami.say("recommend me three things")
        listed = reply["reply"]["recommendations"]
        assert reply["reply"]["kind"] == "recommendations" and len(listed) == 3, reply
        added = dami.act({"act": "add_to_cart", "items": [listed[0]["item"]]})
        assert added["cart"] == [listed[0]["item"]], added
        try:
            dami.act({"act": "add_to_cart", "items": ["no such thing in any shop"]})
            raise AssertionError("an unknown item was taken")
        except DamiError as error:
            assert error.code == "unknown_item", error
        session = dami.session
    with Dami("127.0.0.1", port) as dami:
        again = dami.hello(session=session)
        assert again["resumed"] and again["cart"] == added["cart"], again


def said_by(client, port):
    done = subprocess.run(client + ["127.0.0.1", str(port)], input=LINES, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    replies = done.stdout.rstrip("\n").split("\n\n")
    assert len(replies) == 3 and all(replies), done.stdout
    return replies


def main():
    dami, *options = sys.argv[1:]
    port = free_port()
    server = subprocess.Popen([dami, "serve", "--port", str(port), "--log-level", "warning", *options])
    try:
        wait_for(port, server)
        check_requests(port)
        python = said_by([sys.executable, os.path.join(HERE, "python", "dami_client.py")], port)
        node = said_by(["node", os.path.join(HERE, "node", "dami-client.mjs")], port)
        assert python == node, (python, node)
    finally:
        server.send_signal(signal.SIGTERM)
        status = server.wait(20)
    assert status == 0, f"dami serve ended with {status}"
    print("the example clients work")


if __name__ == "__main__":
    main()
