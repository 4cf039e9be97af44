//! Welcomes to groups that look like anything, sealed to an honest installation as the protocol wants it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stage::{Input, Stage, make};
use std::cell::RefCell;
use xmtp_mls::hostile::{Edit, ForgedWelcome};
use xmtp_types::SequenceId;

#[path = "../insider/edits.rs"]
mod edits;
#[path = "../insider/stage.rs"]
mod stage;

thread_local! {
    static STAGE: RefCell<Stage> = RefCell::new(Stage::new());
}

fuzz_target!(|bytes: &[u8]| {
    STAGE.with_borrow_mut(|stage| {
        let mut input = Input(bytes);
        let choice = input.byte();
        let group = stage.group.clone();
        let mut forged = ForgedWelcome { group: (choice & 1 != 0).then(|| group.clone()), ..ForgedWelcome::default() };
        if choice & 2 != 0 {
            forged.others.push(stage.outsiders_package.clone());
        }
        // Most inputs start from a welcome that would be taken.
        if choice & 4 == 0 {
            for member in [1, 2] {
                let inbox = stage.inbox(member);
                forged.edits.push(Edit::Member(inbox, stage.number(&inbox, 0)));
            }
        }
        let after = SequenceId::new(u64::from(input.byte()));
        while !input.is_empty() && forged.edits.len() < 8 {
            forged.edits.push(edits::edit(stage, &mut input));
        }
        let to = stage.honest[0].id();
        let made = make(&mut stage.insider, |session| {
            let welcome = session.forge_welcome(&to, &forged)?;
            session.seal_welcome(&to, &welcome, after)
        });
        let Some(envelopes) = made else { return };
        let delivered = stage.delivered(envelopes);
        stage::ingest(&mut stage.honest[0], &group, &delivered);
    });
});
