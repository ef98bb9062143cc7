import { expect } from "chai";
import { endpoint, isLocal, parseConnection } from "../../../kernel/wire/connection.js";

const FILE = {
  transport: "tcp",
  ip: "127.0.0.1",
  shell_port: 1,
  control_port: 2,
  iopub_port: 3,
  stdin_port: 4,
  hb_port: 5,
  key: "k",
  signature_scheme: "hmac-sha256",
};
const KEY = "u@+17tn9!3JdnG3QMLq}2Nn2OmALbK-<Qy+^xio#";
const parse = (changes: object = {}) => parseConnection(JSON.stringify({ ...FILE, ...changes }));

describe("wire/connection", () => {
  const endpoints: readonly [object, string][] = [
    [{}, "tcp://127.0.0.1:1"],
    [{ ip: "::1" }, "tcp://[::1]:1"],
    [{ transport: "ipc", ip: "/run/kernel-ipc" }, "ipc:///run/kernel-ipc-1"],
  ];
  for (const [changes, expected] of endpoints) {
    it(`${JSON.stringify(changes)} → ${expected}`, () => {
      expect(endpoint(parse(changes), "shell")).to.equal(expected);
    });
  }

  const refused: readonly [object, string][] = [
    [{ key: undefined }, "key: got undefined, expected a string"],
    [{ shell_port: 0 }, "shell_port: got 0, expected an integer from 1 to 65535"],
    [{ hb_port: "5" }, "hb_port: got 5, expected an integer"],
    [{ iopub_port: 65536 }, "iopub_port: got 65536"],
    [{ transport: "udp" }, 'transport: got "udp", expected "tcp" or "ipc"'],
    [{ transport: "ipc", ip: undefined }, "ip: got undefined, expected a string"],
    [{ curve_publickey: KEY }, "curve_secretkey: got 0 characters, expected a key: 40 of Z85"],
    [{ curve_publickey: "short", curve_secretkey: KEY }, "curve_publickey: got 5 characters"],
    [{ curve_publickey: KEY, curve_secretkey: `${KEY.slice(1)}~` }, "curve_secretkey: got 40"],
  ];
  for (const [changes, message] of refused) {
    it(`${JSON.stringify(changes)} is refused: ${message}`, () => {
      expect(() => parse(changes)).to.throw(message);
    });
  }
  it("reads keys for CURVE", () => {
    const keys = { publicKey: KEY, secretKey: [...KEY].reverse().join("") };
    const { curve } = parse({ curve_publickey: keys.publicKey, curve_secretkey: keys.secretKey });
    expect(curve).to.deep.equal(keys);
    expect(parse()).not.to.have.property("curve");
  });
  it("an empty key must be said", () => expect(parse({ key: "" }).key).to.equal(""));

  const local: readonly [object, boolean][] = [
    [{ ip: "127.0.0.1" }, true],
    [{ ip: "127.9.9.9" }, true],
    [{ ip: "::1" }, true],
    [{ ip: "0.0.0.0" }, false],
    [{ ip: "192.168.1.2" }, false],
    [{ transport: "ipc", ip: "/tmp/x" }, true],
  ];
  for (const [changes, expected] of local) {
    it(`${JSON.stringify(changes)} is ${expected ? "" : "not "}local`, () => {
      expect(isLocal(parse(changes))).to.equal(expected);
    });
  }
});
