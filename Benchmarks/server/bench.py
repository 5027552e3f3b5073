#!/usr/bin/env python3
"""Measures `dami serve` on this machine, beside what the network alone costs.

    swift build -c release --package-path Benchmarks
    bench.py DAMI --data shop.db --model shop.model [--bin Benchmarks/.build/release] [--seconds 10] [--only NAME,…]

Generator and server share the machine. Works on a copy of the shop. What is measured:

    echo        every byte comes back, on the same NIO            redis       PING, where redis-server is installed
    ping        the protocol without the engine                   text, json  a shopper's lines, 4 in 10 change something
    half        text at half of what `text` reached: latencies    half-json   the same, JSON: changes wait for the disk
    idle        memory of 10,000 connections that said a line     attack      p99 at a quarter of the load, alone and beside
                                                                              1,000 slow readers and 1,000 slow writers
"""
import argparse
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

parser = argparse.ArgumentParser()
parser.add_argument("dami")
parser.add_argument("--data", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--bin", default=os.path.join(os.path.dirname(__file__), "..", ".build", "release"))
parser.add_argument("--seconds", type=float, default=10)
parser.add_argument("--connections", type=int, default=50)
parser.add_argument("--idle", type=int, default=10_000)
parser.add_argument("--only", default="echo,redis,ping,text,json,half,half-json,idle,attack")
options = parser.parse_args()
wanted = set(options.only.split(","))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(command, port):
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _ in range(3000):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server
        except OSError:
            if server.poll() is not None:
                sys.exit(f"{command[0]} ended with {server.returncode}")
            time.sleep(0.02)
    sys.exit(f"{command[0]} did not listen")


def stop(server):
    server.terminate()
    server.wait(30)


def load(kind, port, **settings):
    command = [os.path.join(options.bin, "line-load"), "--kind", kind, "--port", str(port), "--json",
               "--seconds", str(options.seconds)]
    settings.setdefault("connections", options.connections)
    for name, value in settings.items():
        command += [f"--{name}", str(value)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def show(name, result, base=None):
    ratio = f"  {base['lines_per_second'] / max(1, result['lines_per_second']):5.1f}× slower than echo" if base else ""
    print(f"{name:<10} {result['lines_per_second']:>8} lines/s   p50 {result['p50_us']:>7.0f} µs   "
          f"p99 {result['p99_us']:>7.0f} µs   max {result['max_us']:>8.0f} µs{ratio}", flush=True)


def memory(pid):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return 0


def idle(port, server):
    resource.setrlimit(resource.RLIMIT_NOFILE, (options.idle + 1000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    before = memory(server.pid)
    sockets = []
    for index in range(options.idle):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall("안녕\n".encode())
        connection.recv(4096)
        sockets.append(connection)
    after = memory(server.pid)
    print(f"idle       {options.idle} connections that said a line: {after - before:.0f} MB "
          f"({(after - before) * 1024 / options.idle:.1f} KB each), {after:.0f} MB in all", flush=True)
    for connection in sockets:
        connection.close()


class Attack(threading.Thread):
    """1,000 clients who ask much and read nothing, and 1,000 who send a byte now and then and never end their line."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.readers = [self.connect(port) for _ in range(1000)]
        self.writers = [self.connect(port) for _ in range(1000)]

    @staticmethod
    def connect(port):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setblocking(False)
        return connection

    def run(self):
        # Each sends about twice a second, evenly spread: sent in bursts, the attack's own work on this machine would be measured.
        flood = "/help\n".encode() * 500
        while not self.ended.is_set():
            for reader, writer in zip(self.readers, self.writers):
                self.send(reader, flood)
                self.send(writer, b"x")
                time.sleep(0.0004)

    @staticmethod
    def send(connection, data):
        try:
            connection.send(data)
        except OSError:
            pass


def main():
    base = None
    if "echo" in wanted:
        port = free_port()
        server = start([os.path.join(options.bin, "echo-server"), str(port)], port)
        base = load("echo", port)
        show("echo", base)
        stop(server)
    if "redis" in wanted and shutil.which("redis-server"):
        port = free_port()
        server = start(["redis-server", "--port", str(port), "--save", "", "--appendonly", "no"], port)
        show("redis", load("redis", port), base)
        stop(server)
    with tempfile.TemporaryDirectory() as directory:
        shop = os.path.join(directory, "shop.db")
        shutil.copy(options.data, shop)
        port = free_port()
        server = start([options.dami, "serve", "--port", str(port), "--data", shop, "--model", options.model,
                        "--log-level", "warning"], port)
        results = {}
        for kind in ["ping", "text", "json"]:
            if kind in wanted:
                results[kind] = load(kind, port, depth=4 if kind == "json" else 1)
                show(kind, results[kind], base)
        most = results.get("text", {"lines_per_second": 20_000})["lines_per_second"]
        if "half" in wanted:
            show("half", load("text", port, rate=min(most // 2, 10_000)))
        if "half-json" in wanted:
            show("half-json", load("json", port, rate=min(most // 2, 10_000)))
        if "idle" in wanted:
            idle(port, server)
        if "attack" in wanted:
            show("alone", load("text", port, rate=most // 4))
            attack = Attack(port)
            attack.start()
            show("attacked", load("text", port, rate=most // 4))
            attack.ended.set()
            print(f"           server's memory after it: {memory(server.pid):.0f} MB")
        stop(server)


main()
