"""A client of dami's line protocol (docs/PROTOCOL.md) in the standard library alone.

    with Dami("localhost", 7447) as dami:
        reply = dami.say("a woman in her 30s; put milk in my cart and recommend something")
        for item in reply["reply"].get("recommendations", []):
            print(item["rank"], item["item"])

As a program it says what it reads: `echo "추천해줘" | python3 dami_client.py [HOST [PORT]]`.
"""
import json
import socket
import ssl
import sys


class DamiError(Exception):
    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


class Dami:
    def __init__(self, host="localhost", port=7447, tls=False, timeout=10):
        connection = socket.create_connection((host, port), timeout)
        if tls:
            connection = ssl.create_default_context().wrap_socket(connection, server_hostname=host)
        self.file = connection.makefile("rwb")
        connection.close()  # the file keeps it open
        self.session = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()

    def request(self, **body):
        """One request and its reply; raises DamiError where that says "ok": false."""
        self.file.write(json.dumps(body, ensure_ascii=False).encode() + b"\n")
        self.file.flush()
        reply = json.loads(self.file.readline() or '{"ok":false,"error":{"code":"closed","message":"by the server"}}')
        if not reply["ok"]:
            raise DamiError(reply["error"]["code"], reply["error"]["message"])
        self.session = reply.get("session", self.session)
        return reply

    def hello(self, **hello):  # token=, session= (to go on with a conversation), language="ko" or "en"
        return self.request(hello=hello)

    def say(self, text):
        return self.request(text=text)

    def act(self, *acts):  # act({"act": "add_to_cart", "items": ["우유"]}, {"act": "recommend", "count": 5})
        return self.request(acts=acts)


if __name__ == "__main__":
    with Dami(*sys.argv[1:2], *map(int, sys.argv[2:3])) as dami:
        for line in filter(str.strip, sys.stdin):
            print(dami.say(line.strip())["reply"]["text"], end="\n\n")
