// A client of dami's line protocol (docs/PROTOCOL.md) without dependencies.
//
//     const dami = await Dami.connect({ host: "localhost", port: 7447 });
//     await dami.hello({ language: "en" });
//     const reply = await dami.say("a woman in her 30s; put milk in my cart and recommend something");
//     for (const { rank, item } of reply.reply.recommendations ?? []) console.log(rank, item);
//     dami.close();
//
// Run as a program it says what it reads: `echo 추천해줘 | node dami-client.mjs [HOST [PORT]]`.
import net from "node:net";
import tls from "node:tls";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

export class DamiError extends Error {
  constructor({ code, message }) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

export class Dami {
  static connect({ host = "localhost", port = 7447, secure = false } = {}) {
    return new Promise((resolve, reject) => {
      const ready = () => resolve(new Dami(socket));
      const socket = secure ? tls.connect({ host, port, servername: host }, ready) : net.connect({ host, port }, ready);
      socket.once("error", reject);
    });
  }

  constructor(socket) {
    this.socket = socket;
    this.waiting = new Map(); // requests under way, by id: any number may be sent before the first reply
    this.lastId = 0;
    readline.createInterface({ input: socket, crlfDelay: Infinity }).on("line", (line) => this.#received(JSON.parse(line)));
    socket.on("close", () => this.#failAll(new Error("the server closed the connection")));
    socket.on("error", (error) => this.#failAll(error));
  }

  /** Sends one request; resolves with its reply, or rejects with a DamiError where that says "ok": false. */
  request(body) {
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      this.waiting.set(id, { resolve, reject });
      this.socket.write(JSON.stringify({ id, ...body }) + "\n");
    });
  }

  /** { token, session (to go on with a conversation), language: "ko" or "en" } */
  hello(hello = {}) { return this.request({ hello }); }
  say(text) { return this.request({ text }); }
  /** Structured acts: act({ act: "add_to_cart", items: ["우유"] }, { act: "recommend", count: 5 }) */
  act(...acts) { return this.request({ acts }); }
  close() { this.socket.end(); }

  #received(reply) {
    if (reply.id === null) return this.#failAll(new DamiError(reply.error)); // said unasked: the server closes
    const { resolve, reject } = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    reply.ok ? resolve(reply) : reject(new DamiError(reply.error));
  }

  #failAll(error) {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const dami = await Dami.connect({ host: process.argv[2] ?? "localhost", port: Number(process.argv[3] ?? 7447) });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line.trim()) console.log((await dami.say(line)).reply.text + "\n");
  }
  dami.close();
}
