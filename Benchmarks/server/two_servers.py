#!/usr/bin/env python3
"""Two servers on one shop, clients that buy for its customers, and kill -9: is any acknowledged checkout lost?

    two_servers.py DAMI --data SHOP.db --model SHOP.model [--seconds 40] [--clients 8]

Works on a copy of the shop. Every client talks to either server, logs customers in, fills their carts and checks out; every
second and a half one of the servers is killed and started again. In the end each acknowledged checkout must be a session
of its customer, there may be no more sessions than checkouts whose acknowledgement a kill can have swallowed, and the
file must be whole.
"""
import argparse
import collections
import json
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

PORTS = (7901, 7902)


class Client:
    def __init__(self, port, token):
        connection = socket.create_connection(("127.0.0.1", port), 2)
        connection.settimeout(10)
        self.file = connection.makefile("rwb")
        self.ask({"hello": {"token": token}})

    def ask(self, request):
        self.file.write(json.dumps(request).encode() + b"\n")
        self.file.flush()
        line = self.file.readline()
        if not line:
            raise OSError("the server went away")
        return json.loads(line)

    def act(self, act, **slots):
        return self.ask({"acts": [{"act": act, **slots}]})


def buy(seed, deadline, token, customers, item, acknowledged, lock):
    chance = random.Random(seed)
    while time.monotonic() < deadline:
        try:
            client = Client(chance.choice(PORTS), token)
            for _ in range(20):
                customer = chance.choice(customers)
                client.act("login", customer=customer)
                client.act("add_to_cart", items=[item])
                reply = client.act("checkout")
                # Another client may have paid the same customer's cart meanwhile: then there is nothing to pay.
                if reply["ok"] and "결제했어요" in reply["reply"]["text"]:
                    with lock:
                        acknowledged[customer] += 1
        except (OSError, ValueError):
            time.sleep(0.05)


def checkouts(path):
    query = """SELECT customers.code, count(*) FROM sessions JOIN customers ON customers.id = customer_id
               WHERE origin = 'dami' GROUP BY 1"""
    return collections.Counter(dict(sqlite3.connect(path).execute(query)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dami")
    parser.add_argument("--data", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        shop, tokens = os.path.join(directory, "shop.db"), os.path.join(directory, "tokens")
        shutil.copy(options.data, shop)
        made = subprocess.run([options.dami, "token", "frontend", "two"], capture_output=True, text=True, check=True)
        with open(tokens, "w") as file:
            file.write(made.stdout)
        token = max(made.stderr.split(), key=len)
        database = sqlite3.connect(shop)
        customers = [row[0] for row in database.execute("SELECT code FROM customers LIMIT 40")]
        item = database.execute("SELECT name FROM subcategories WHERE is_label = 1 LIMIT 1").fetchone()[0]
        database.close()
        before = checkouts(shop)

        def start(port):
            return subprocess.Popen([
                options.dami, "serve", "--port", str(port), "--data", shop, "--model", options.model,
                "--tokens", tokens, "--log-level", "error"])

        servers = {port: start(port) for port in PORTS}
        time.sleep(1.5)
        acknowledged, lock = collections.Counter(), threading.Lock()
        deadline = time.monotonic() + options.seconds
        clients = [
            threading.Thread(target=buy, args=(seed, deadline, token, customers, item, acknowledged, lock))
            for seed in range(options.clients)]
        for client in clients:
            client.start()
        kills = 0
        while time.monotonic() < deadline - 3:
            time.sleep(1.5)
            port = random.choice(PORTS)
            servers[port].kill()
            servers[port].wait()
            servers[port] = start(port)
            kills += 1
        for client in clients:
            client.join()
        for server in servers.values():
            server.terminate()
            server.wait()
        stored = checkouts(shop)
        stored.subtract(before)
        lost = sum(max(0, count - stored[customer]) for customer, count in acknowledged.items())
        whole = sqlite3.connect(shop).execute("PRAGMA integrity_check").fetchone()[0]
        print(f"{kills} kills, {sum(acknowledged.values())} checkouts acknowledged, "
              f"{sum(stored.values())} stored, {lost} lost; integrity {whole}")
        # Each client has one line under way when a server dies.
        extra = sum(stored.values()) - sum(acknowledged.values())
        sys.exit(0 if lost == 0 and extra <= kills * options.clients and whole == "ok" and acknowledged else 1)


if __name__ == "__main__":
    main()
