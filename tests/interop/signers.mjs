// Turns the accounts that scenarios hand over into signers of the official client.
//
//   {"kind":"wallet","identifier":"0x..","key":"..","form":"plain"}
//   {"kind":"passkey","identifier":"<public key, hex>","key":"..","origin":"https://.."}
//   {"kind":"contract","identifier":"0x..","key":"<the owner's>","chainId":31337,"wrapping":{"factory":"0x..","call":"0x.."}}
import { createECDH, createHash, createPrivateKey, sign } from "node:crypto";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const ERC_6492_SUFFIX = "6492".repeat(16);

const bytes = (hex) => Buffer.from(hex.replace(/^0x/, ""), "hex");
const sha256 = (data) => createHash("sha256").update(data).digest();

// The forms a wallet may give its signature in; see `Form` in account.rs.
const forms = {
  plain: (signature) => signature,
  parity: (signature) => Buffer.concat([signature.subarray(0, 64), Buffer.of(signature[64] - 27)]),
  highS: (signature) => {
    const s = ORDER - BigInt(`0x${signature.toString("hex", 32, 64)}`);
    return Buffer.concat([signature.subarray(0, 32), bytes(s.toString(16).padStart(64, "0")), signature.subarray(64)]);
  },
};

// What a browser would give for `text`: client data with the text as its challenge, signed with what the
// authenticator says about itself.
function assertion({ identifier, key, origin }, text) {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(bytes(key));
  const point = pair.getPublicKey();
  const jwk = { kty: "EC", crv: "P-256", d: bytes(key), x: point.subarray(1, 33), y: point.subarray(33) };
  for (const part of ["d", "x", "y"]) jwk[part] = jwk[part].toString("base64url");
  const challenge = Buffer.from(text).toString("base64url");
  const clientDataJson = Buffer.from(
    JSON.stringify({ type: "webauthn.get", challenge, origin, crossOrigin: false }),
  );
  const presentAndVerified = 0x05;
  const authenticatorData = Buffer.concat([sha256(new URL(origin).hostname), Buffer.of(presentAndVerified, 0, 0, 0, 1)]);
  const signed = Buffer.concat([authenticatorData, sha256(clientDataJson)]);
  const signature = sign("sha256", signed, createPrivateKey({ key: jwk, format: "jwk" }));
  const parts = { publicKey: bytes(identifier), signature, authenticatorData, clientDataJson };
  // The client takes plain arrays.
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, [...part]]));
}

export function signers({ sdk, ethers }) {
  const identifierOf = ({ kind, identifier }) => ({
    identifier,
    identifierKind: kind === "passkey" ? sdk.IdentifierKind.Passkey : sdk.IdentifierKind.Ethereum,
  });

  const walletSignature = async ({ key, form = "plain" }, text) =>
    forms[form](bytes(await new ethers.Wallet(key).signMessage(text)));

  // ERC-6492: whoever verifies the signature of a wallet that is not deployed yet deploys it first.
  function wrapped({ wrapping }, signature) {
    if (!wrapping) return signature;
    const coder = ethers.AbiCoder.defaultAbiCoder();
    const parts = coder.encode(["address", "bytes", "bytes"], [wrapping.factory, wrapping.call, signature]);
    return bytes(parts + ERC_6492_SUFFIX);
  }

  function signerOf(account) {
    const common = { account, getIdentifier: () => identifierOf(account) };
    switch (account.kind) {
      case "wallet":
        return { ...common, type: "EOA", signMessage: (text) => walletSignature(account, text) };
      case "contract":
        return {
          ...common,
          type: "SCW",
          signMessage: async (text) => wrapped(account, await walletSignature(account, text)),
          getChainId: () => BigInt(account.chainId),
        };
      case "passkey":
        return { ...common, type: "passkey", assert: (text) => assertion(account, text) };
      default:
        throw new Error(`no account is a ${account.kind}`);
    }
  }

  // The client asks wallets alone to sign. A passkey's assertion goes into the same request.
  function teachPasskeys(client) {
    const add = client.unsafe_addSignature.bind(client);
    client.unsafe_addSignature = async (request, signer = client.signer) =>
      signer.type === "passkey"
        ? request.addPasskeySignature(signer.assert(await request.signatureText()))
        : add(request, signer);
  }

  return { identifierOf, signerOf, teachPasskeys };
}
