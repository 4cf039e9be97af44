//! Known answers, refusals and properties of the public functions.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a helper of a test may fail the test")]

mod attachment;
mod hash;
mod hpke;
mod mls_crypto;
mod push_hmac;
mod signature;
mod welcome;
mod wycheproof;
mod xwing;

use serde::de::DeserializeOwned;
use xmtp_crypto::MlsCrypto;

static MLS: MlsCrypto = MlsCrypto::new();

/// Bytes written in hexadecimal in a vector file.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Hex(#[serde(with = "hex::serde")] Vec<u8>);

impl Hex {
    fn array<const N: usize>(&self) -> [u8; N] {
        self.0.as_slice().try_into().unwrap()
    }
}

fn read<T: DeserializeOwned>(vectors: &str) -> T {
    serde_json::from_str(vectors).unwrap()
}

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).unwrap().try_into().unwrap()
}
