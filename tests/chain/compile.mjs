// Compiles the contracts of the project: `node compile.mjs` writes what a contract is created with beside its source, as
// hex; `node compile.mjs --check` compares, and fails if a file is not what its source says.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import solc from "solc";

const here = dirname(fileURLToPath(import.meta.url));
const validator = join(here, "../../crates/xmtp-chain/contracts/SignatureValidator.sol");
const forTests = ["Wallet", "WalletFactory", "DormantWallet", "HostileWallet", "Token", "Names"].map((name) => join(here, "contracts", `${name}.sol`));

/** The creation bytecode of the one contract in a file, as hex. */
function compile(path) {
  const name = basename(path);
  const input = {
    language: "Solidity",
    sources: { [name]: { content: readFileSync(path, "utf8") } },
    settings: {
      // The oldest rules that a chain of the network may still have, and nothing in the output but code.
      evmVersion: "paris",
      optimizer: { enabled: true, runs: 1 },
      metadata: { appendCBOR: false, bytecodeHash: "none" },
      outputSelection: { "*": { "*": ["evm.bytecode.object"] } },
    },
  };
  const read = (imported) => ({ contents: readFileSync(join(dirname(path), imported), "utf8") });
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read }));
  const errors = output.errors ?? [];
  if (errors.length > 0) {
    throw new Error(errors.map((error) => error.formattedMessage).join("\n"));
  }
  return output.contracts[name][basename(path, ".sol")].evm.bytecode.object;
}

const check = process.argv.includes("--check");
let stale = 0;
for (const source of [validator, ...forTests]) {
  const target = source.replace(/\.sol$/, ".hex");
  const code = `${compile(source)}\n`;
  if (!check) {
    writeFileSync(target, code);
  } else if (!existsSync(target) || readFileSync(target, "utf8") !== code) {
    stale += 1;
    console.error(`${basename(target)} is not what ${basename(source)} compiles to: run \`node compile.mjs\``);
  }
}
console.log(`${check ? "compared" : "written"} with solc ${solc.version()}`);
process.exitCode = stale > 0 ? 1 : 0;
