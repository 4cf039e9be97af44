//! Bytes that released clients produce and accept, kept and made again.
//!
//! The vectors were observed on released clients; the keys in them are of no one.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use prost::Message;
use sha2::{Digest, Sha256};
use xmtp_crypto::InstallationKey;
use xmtp_identity::{Action, IdentityUpdate, InboxState, LocalWallet, RawSignature, UnverifiedUpdate, UpdateRequest};
use xmtp_proto::xmtp::identity::api::v1::PublishIdentityUpdateRequest;
use xmtp_types::{InboxId, Timestamp};

const WALLET: &str = "90b7388a7427358cb7fc7e9042805b1942eae47ee783e627a989719da35e76fb";
const INBOX: &str = "3f32eda0e45ae49c871fdd6facebe8f29e11b788d830ced24989d64db11b8cb7";
const WALLET_SIGNATURE: &str = "3249138830018a2cd8954058d18a3d9773ac5e62ebf4f1aee368cc392027f84854347f9fdf92a5c510202792ff078e8531a997e0bd44669fe9eba57e542132f91c";
const INSTALLATION_SIGNATURE: &str = "39e7e5a9362dd59960be9de2ea46cb3cf8c163e075443f292327786aaeff82d8f3cccad7f3218c58975e627269816c301d7cf4ff7086f0df704b9829d0b8e00f";
const UPDATE: &str = "0a770a750a2a3078333464643935313039623538376361393037373863646535653264643837653032323435333639391a450a430a413249138830018a2cd8954058d18a3d9773ac5e62ebf4f1aee368cc392027f84854347f9fdf92a5c510202792ff078e8531a997e0bd44669fe9eba57e542132f91c20010ad60112d3010a22122003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b812450a430a413249138830018a2cd8954058d18a3d9773ac5e62ebf4f1aee368cc392027f84854347f9fdf92a5c510202792ff078e8531a997e0bd44669fe9eba57e542132f91c1a661a640a4039e7e5a9362dd59960be9de2ea46cb3cf8c163e075443f292327786aaeff82d8f3cccad7f3218c58975e627269816c301d7cf4ff7086f0df704b9829d0b8e00f122003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b810959a97ece39fe7cb171a4033663332656461306534356165343963383731666464366661636562653866323965313162373838643833306365643234393839643634646231316238636237";
const PUBLISHED: &str = "0aa0030a790a770a2a30783334646439353130396235383763613930373738636465356532646438376530323234353336393910011a450a430a410a2bb4770965299c4ed1a0c35421e730c2f5f241d0e734fadb4b2eb4063622a5bfbf4af9f85ec40d55c92bafede3d7a45ecc34cab8a9ba97a7db72aa0a65eec41b20010ad60112d3010a221220af93a3a5324d2891b7093dc98bdb2f88e9d0a79b3b04232896d0ab27ec73648612450a430a410a2bb4770965299c4ed1a0c35421e730c2f5f241d0e734fadb4b2eb4063622a5bfbf4af9f85ec40d55c92bafede3d7a45ecc34cab8a9ba97a7db72aa0a65eec41b1a661a640a4007862d5017c98c2d30fa12a142841587edbe8ef81e06038d3265c02451ec8a7ff28510d0a8dcbef25894b392ddb13f0da42391bb7326d217d49a049d0a2e3b061220af93a3a5324d2891b7093dc98bdb2f88e9d0a79b3b04232896d0ab27ec73648610c9fa81f0bab891f5181a4064366636376435373637653762353439393964366133396637336363646138626134373866306434353939316432653636646662303030316333653134363261";

fn wallet() -> LocalWallet {
    LocalWallet::from_hex(WALLET).unwrap()
}

fn installation() -> InstallationKey {
    InstallationKey::from_seed(&std::array::from_fn(|index| index as u8))
}

fn request() -> UpdateRequest {
    let now = Timestamp::from_nanos(1_700_000_000_123_456_789);
    UpdateRequest::create_inbox(&wallet().address(), 0, Some(installation().id()), now).unwrap()
}

#[test] // ID.R3 ID.R4
fn the_signing_text_is_that_of_released_clients() {
    let text = request().signing_text().to_owned();
    assert_eq!(text.len(), 358);
    assert!(text.contains("Current time: 2023-11-14T22:13:20Z\n"));
    let digest = hex::encode(Sha256::digest(&text));
    assert_eq!(digest, "abf1391c204642f2a7cf413bb8414689a805f12e0b6161eebef967fe1f1b197a");
}

#[test] // ID.R18 ID.R19
fn wallet_and_installation_sign_the_same_bytes_as_released_clients() {
    let request = request();
    assert_eq!(hex::encode(wallet().sign_text(request.signing_text())), WALLET_SIGNATURE);
    assert_eq!(hex::encode(installation().sign_identity_update(request.signing_text())), INSTALLATION_SIGNATURE);
}

#[test] // ID.R6 ID.R12 ID.R13
fn a_registration_is_byte_for_byte_that_of_released_clients() {
    let mut request = request();
    request.sign_with_installation(&installation()).unwrap();
    request.add_signature(wallet().sign_text(request.signing_text()).into()).unwrap();
    let bytes = request.build().unwrap().encode();
    assert_eq!(bytes.len(), 414);
    assert_eq!(hex::encode(bytes), UPDATE);
}

#[test] // ID.R13 ID.R14
fn known_updates_verify_fold_and_encode_to_the_same_bytes() {
    let published = PublishIdentityUpdateRequest::decode(hex::decode(PUBLISHED).unwrap().as_slice()).unwrap();
    let published = published.identity_update.unwrap().encode_to_vec();
    let second = "d6f67d5767e7b54999d6a39f73ccda8ba478f0d45991d2e66dfb0001c3e1462a";
    for (bytes, inbox) in [(hex::decode(UPDATE).unwrap(), INBOX), (published, second)] {
        let update = UnverifiedUpdate::decode(&bytes).unwrap();
        assert_eq!(update.encode(), bytes);
        let state = InboxState::fold([&update.verify().unwrap()]).unwrap();
        assert_eq!(state.inbox_id(), &inbox.parse::<InboxId>().unwrap());
        assert_eq!(state.recovery_identifier(), &wallet().address());
        assert_eq!(state.installations().count(), 1);
    }
}

#[test] // ID.R14
fn changing_anything_that_was_signed_refuses_the_update() {
    let good = UnverifiedUpdate::decode(&hex::decode(UPDATE).unwrap()).unwrap();
    let update = |change: fn(&mut IdentityUpdate<RawSignature>)| {
        let mut update = IdentityUpdate {
            inbox_id: *good.inbox_id(),
            client_timestamp: good.client_timestamp(),
            actions: good.actions().to_vec(),
        };
        change(&mut update);
        UnverifiedUpdate::from(update)
    };
    assert!(update(|_| {}).verify().is_ok());
    assert!(update(|update| update.inbox_id = InboxId::from_bytes([1; 32])).verify().is_err());
    assert!(update(|update| update.client_timestamp = Timestamp::from_secs(1)).verify().is_err());
    assert!(update(|update| update.actions.reverse()).verify().is_err());
    assert!(update(|update| update.actions.truncate(1)).verify().is_ok_and(|verified| {
        // A wallet's signature over another text is one of another wallet.
        InboxState::fold([&verified]).is_err()
    }));
}

#[test] // ID.R17 ID.R18
fn the_published_signature_has_a_high_s_and_its_owner_is_still_found() {
    let published = PublishIdentityUpdateRequest::decode(hex::decode(PUBLISHED).unwrap().as_slice()).unwrap();
    let update = UnverifiedUpdate::try_from(published.identity_update.unwrap()).unwrap();
    let Some(Action::CreateInbox { signature: RawSignature::Erc191(raw), .. }) = update.actions().first().cloned()
    else {
        panic!("not a creation");
    };
    let verified = update.verify().unwrap();
    let signature = verified.actions()[0].signatures().next().unwrap();
    assert_eq!(signature.signer(), &wallet().address().into());
    assert_eq!(signature.replay_bytes()[..32], raw.bytes[..32]);
    assert_ne!(signature.replay_bytes()[32..64], raw.bytes[32..64]);
    assert_eq!(signature.replay_bytes()[64], raw.bytes[64]);
}
