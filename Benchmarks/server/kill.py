#!/usr/bin/env python3
"""Kills a server under load, again and again, and looks for what it had acknowledged.

    kill.py DAMI --data shop.db --model shop.model [--times 100] [--clients 16] [--seed 1]

Works on a copy of the shop. Each round: clients change their carts and exclusions, pipelined, and remember the state in the last reply with
"ok": true; the server gets SIGKILL at a random moment; a new one is started on the same file; every conversation must be
there in the state last acknowledged, or in one that follows from it by changes that were sent and not yet answered. At the end
SQLite checks the file. Exit status 0 if nothing was lost.
"""
import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile

parser = argparse.ArgumentParser()
parser.add_argument("dami")
parser.add_argument("--data", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--times", type=int, default=100)
parser.add_argument("--clients", type=int, default=16)
parser.add_argument("--depth", type=int, default=4, help="requests of a client under way")
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
rng = random.Random(options.seed)


class Talk:
    """One conversation over all rounds: the state acknowledged last, and the states that may have followed unseen."""

    def __init__(self, items, token):
        self.items = items
        self.token = token
        self.session = None
        self.cart = []
        self.checkouts = 0
        self.unanswered = []
        self.acknowledged = 0

    def change(self):
        name = rng.choice(self.items)
        if name in self.planned():
            return {"act": "remove_from_cart", "items": [name]}
        return {"act": "add_to_cart", "items": [name]}

    def planned(self):
        return self.after(self.cart, self.unanswered)

    @staticmethod
    def after(cart, changes):
        cart = list(cart)
        for change in changes:
            for name in change["items"]:
                if change["act"] == "add_to_cart":
                    cart.append(name)
                else:
                    cart.remove(name)
        return cart

    def may_be(self, cart):
        return any(cart == self.after(self.cart, self.unanswered[:n]) for n in range(len(self.unanswered) + 1))

    async def run(self, port):
        """Talks until the server dies; returns what is wrong with what it found, if anything."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            hello = {} if self.session is None else {"session": self.session}
            reply = await self.ask(reader, writer, {"hello": hello})
            if not reply["ok"]:
                return f"the conversation {self.session} is gone: {reply}"
            if self.session is not None and not self.may_be(reply["cart"]):
                return f"acknowledged {self.cart}, sent {self.unanswered}, found {reply['cart']}"
            self.session, self.cart, self.unanswered = reply["session"], reply["cart"], []
            while True:
                while len(self.unanswered) < options.depth:
                    change = self.change()
                    self.unanswered.append(change)
                    writer.write(json.dumps({"acts": [change]}).encode() + b"\n")
                reply = await self.read(reader)
                if not reply["ok"]:
                    return f"refused: {reply}"
                expected = self.after(self.cart, self.unanswered[:1])
                if reply["cart"] != expected:
                    return f"expected {expected}, was told {reply['cart']}"
                self.cart = expected
                self.unanswered.pop(0)
                self.acknowledged += 1
        except (OSError, asyncio.IncompleteReadError):
            return None

    async def ask(self, reader, writer, request):
        writer.write(json.dumps(request).encode() + b"\n")
        return await self.read(reader)

    @staticmethod
    async def read(reader):
        return json.loads(await reader.readuntil(b"\n"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(shop, port):
    server = subprocess.Popen(
        [options.dami, "serve", "--port", str(port), "--data", shop, "--model", options.model, "--log-level", "error"])
    for _ in range(3000):
        if server.poll() is not None:
            sys.exit(f"dami serve ended with {server.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server
        except OSError:
            import time
            time.sleep(0.01)
    sys.exit("dami serve did not listen")


async def one_round(talks, port, server, last):
    tasks = [asyncio.create_task(talk.run(port)) for talk in talks]
    await asyncio.sleep(0.05 if last else rng.uniform(0.02, 0.4))
    server.send_signal(signal.SIGKILL)
    server.wait()
    return [problem for problem in await asyncio.gather(*tasks) if problem]


def main():
    with tempfile.TemporaryDirectory() as directory:
        shop = os.path.join(directory, "shop.db")
        shutil.copy(options.data, shop)
        with sqlite3.connect(shop) as database:
            names = [row[0] for row in database.execute("SELECT name FROM subcategories WHERE is_label = 1 LIMIT 200")]
        talks = [Talk(names, None) for _ in range(options.clients)]
        problems = []
        for round in range(options.times + 1):
            port = free_port()
            server = start(shop, port)
            problems += asyncio.run(one_round(talks, port, server, round == options.times))
            if problems:
                break
        with sqlite3.connect(shop) as database:
            check = database.execute("PRAGMA integrity_check").fetchone()[0]
            strays = database.execute("PRAGMA foreign_key_check").fetchall()
        for problem in problems:
            print(problem)
        acknowledged = sum(talk.acknowledged for talk in talks)
        print(f"{options.times} kills, {acknowledged} changes acknowledged, {len(problems)} lost; database: {check}")
        sys.exit(1 if problems or check != "ok" or strays or acknowledged == 0 else 0)


main()
