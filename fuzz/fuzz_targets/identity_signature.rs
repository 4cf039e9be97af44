//! A signature of each kind, of a stranger, over a text of a stranger.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xmtp_identity::{
    ContractAnswers, Erc191Signature, Erc1271Signature, InstallationSignature, LegacyDelegatedSignature,
    PasskeySignature, RawSignature, WalletSignature, WalletSignatureForm,
};

fn part<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let Some((length, tail)) = rest.split_first() else { return &[] };
    let (head, tail) = tail.split_at(tail.len().min(usize::from(*length)));
    *rest = tail;
    head
}

fuzz_target!(|bytes: &[u8]| {
    let mut rest = bytes;
    let text = String::from_utf8_lossy(part(&mut rest)).into_owned();
    let (first, second, third) = (part(&mut rest).to_vec(), part(&mut rest).to_vec(), rest.to_vec());
    let signatures = [
        RawSignature::Erc191(Erc191Signature { bytes: first.clone() }),
        RawSignature::Installation(InstallationSignature { bytes: first.clone(), public_key: second.clone() }),
        RawSignature::Erc1271(Erc1271Signature {
            account_id: String::from_utf8_lossy(&second).into_owned(),
            block_number: third.len() as u64,
            bytes: first.clone(),
        }),
        RawSignature::LegacyDelegated(LegacyDelegatedSignature {
            key_bytes: third.clone(),
            wallet_signature: WalletSignature {
                form: WalletSignatureForm::Compact,
                bytes: second.clone(),
                recovery: u32::from(bytes.first().copied().unwrap_or_default()),
            },
            bytes: first.clone(),
        }),
        RawSignature::Passkey(PasskeySignature {
            public_key: second,
            bytes: first,
            authenticator_data: text.clone().into_bytes(),
            client_data_json: third,
        }),
    ];
    for signature in signatures {
        if let Ok(verified) = signature.verify(&text, &ContractAnswers::none()) {
            assert_eq!(verified.kind(), signature.kind());
        }
    }
});
