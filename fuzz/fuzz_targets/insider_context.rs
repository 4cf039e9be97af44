//! Group contexts whose extensions are any bytes, in a commit that a super admin signs: metadata, membership and
//! permissions as they are read behind decryption.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stage::{Stage, make};
use std::cell::RefCell;
use xmtp_mls::hostile::{Edit, ForgedCommit};

#[path = "../insider/edits.rs"]
#[allow(dead_code, reason = "the target uses a part")]
mod edits;
#[path = "../insider/stage.rs"]
mod stage;

thread_local! {
    static STAGE: RefCell<Stage> = RefCell::new(Stage::new());
}

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, data)) = bytes.split_first() else { return };
    STAGE.with_borrow_mut(|stage| {
        let edits = vec![Edit::Extension(edits::extension(*choice), Some(data.to_vec()))];
        let forged = ForgedCommit { edits, ..ForgedCommit::default() };
        let group = stage.group.clone();
        let made = make(&mut stage.founder, |session| session.forge_commit(&group, &forged));
        let Some(envelopes) = made else { return };
        let delivered = stage.delivered(envelopes);
        stage.judge(&delivered);
    });
});
