//! What a member says, sealed as a message: any bytes as the plaintext, and any bytes as the content of one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stage::{Stage, make};
use std::cell::RefCell;
use xmtp_mls::Intent;

#[path = "../insider/stage.rs"]
mod stage;

thread_local! {
    static STAGE: RefCell<Stage> = RefCell::new(Stage::new());
}

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, said)) = bytes.split_first() else { return };
    STAGE.with_borrow_mut(|stage| {
        let group = stage.group.clone();
        let author = if choice & 2 == 0 { &mut stage.insider } else { &mut stage.founder };
        let made = make(author, |session| {
            if choice & 1 == 0 {
                session.queue(&group, &Intent::SendMessage { envelope: said.to_vec() })?;
            } else {
                session.queue_message(&group, said.to_vec(), false)?;
            }
            session.stage(&group)
        });
        let Some(staged) = made else { return };
        let envelopes = staged.envelopes.into_iter().map(|(_, envelope)| envelope).collect();
        let delivered = stage.delivered(envelopes);
        let verdict = stage.judge(&delivered);
        assert!(verdict.is_none_or(|verdict| verdict.info.is_some()), "a message stops a group");
    });
});
