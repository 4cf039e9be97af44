use crate::unhex;
use xmtp_crypto::{
    CryptoError,
    push_hmac::{PushEpoch, PushHmacRoot},
};
use xmtp_types::{GroupId, Timestamp};

#[test] // CRYPTO.R10
fn keys_and_tags_follow_the_rule() {
    let root = PushHmacRoot::from_bytes(&[1; 42]).unwrap();
    let key = root.group_key(&GroupId::from([2; 16]), PushEpoch::new(688)).unwrap();
    assert_eq!(
        key.as_bytes(),
        &unhex("54e2e3252378fcd94e0db1db42c38836d6e3870470d42a2da26d360a909c9c34af831cec147e570f59b9")
    );
    let tag = unhex("b6e278831cd2872c32a80dad96fca8069176154d3c57ea440145f64bd2ea9afb");
    assert_eq!(key.tag(b"payload"), tag);
    assert_eq!(key.verify(b"payload", &tag), Ok(()));
    assert_eq!(key.verify(b"Payload", &tag), Err(CryptoError::InvalidSignature));
}

#[test]
fn an_epoch_lasts_thirty_days() {
    let start = 688 * 2_592_000;
    assert_eq!(PushEpoch::at(Timestamp::from_secs(start - 1)), PushEpoch::new(687));
    assert_eq!(PushEpoch::at(Timestamp::from_secs(start)), PushEpoch::new(688));
    assert_eq!(PushEpoch::at(Timestamp::from_nanos(u64::MAX)), PushEpoch::new(7116));
    assert_eq!(PushEpoch::new(688).with_neighbours().map(PushEpoch::number), [687, 688, 689]);
}

#[test]
fn groups_and_epochs_have_keys_of_their_own() {
    let root = PushHmacRoot::generate().unwrap();
    let key =
        |group: u8, epoch| *root.group_key(&GroupId::from([group; 16]), PushEpoch::new(epoch)).unwrap().as_bytes();
    assert_eq!(key(1, 1), key(1, 1));
    assert_ne!(key(1, 1), key(2, 1));
    assert_ne!(key(1, 1), key(1, 2));
}

#[test]
fn a_root_of_another_length_is_refused() {
    for length in [0, 41, 43] {
        let refused = CryptoError::WrongLength { what: "push HMAC root", expected: 42, found: length };
        assert_eq!(PushHmacRoot::from_bytes(&vec![0; length]).unwrap_err(), refused);
    }
}

#[test]
fn roots_and_keys_do_not_show_themselves() {
    let root = PushHmacRoot::generate().unwrap();
    let key = root.group_key(&GroupId::from([2; 16]), PushEpoch::new(1)).unwrap();
    assert_eq!(format!("{root:?} {key:?}"), "PushHmacRoot { .. } PushHmacKey { .. }");
}
