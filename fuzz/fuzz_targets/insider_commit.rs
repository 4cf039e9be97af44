//! Commits that a member signs and nobody should have to fear: honest members take or refuse them alike, and what an
//! ordinary member may not change is as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stage::{Input, Stage, make};
use std::cell::RefCell;
use xmtp_mls::{
    Role,
    hostile::{ForgedCommit, ProposalForm},
};

#[path = "../insider/edits.rs"]
mod edits;
#[path = "../insider/stage.rs"]
mod stage;

thread_local! {
    static STAGE: RefCell<Stage> = RefCell::new(Stage::new());
}

fn commit(stage: &Stage, input: &mut Input<'_>) -> ForgedCommit {
    let choice = input.byte();
    let mut forged = ForgedCommit {
        form: match choice % 8 {
            6 => ProposalForm::ByReference,
            7 => ProposalForm::WithPreSharedKey,
            _ => ProposalForm::Inline,
        },
        ..ForgedCommit::default()
    };
    if choice & 8 != 0 {
        forged.adds.push(stage.outsiders_package.clone());
    }
    if choice & 16 != 0 {
        forged.removes.push(stage.installation(input.byte()));
    }
    if choice & 32 != 0 {
        forged.path_name = Some(stage.inbox(input.byte()));
    }
    while !input.is_empty() && forged.edits.len() < 6 {
        forged.edits.push(edits::edit(stage, input));
    }
    forged
}

fuzz_target!(|bytes: &[u8]| {
    STAGE.with_borrow_mut(|stage| {
        let mut input = Input(bytes);
        let is_founder = input.byte() % 2 == 0;
        let forged = commit(stage, &mut input);
        let group = stage.group.clone();
        let before = make(&mut stage.honest[0], |session| session.group_info(&group)).expect("it is a member");
        let author = if is_founder { &mut stage.founder } else { &mut stage.insider };
        let Some(envelopes) = make(author, |session| session.forge_commit(&group, &forged)) else { return };
        let delivered = stage.delivered(envelopes);
        let Some(info) = stage.judge(&delivered).and_then(|verdict| verdict.info) else { return };
        assert_eq!(info.creator, before.creator);
        if !is_founder {
            let supers = |info: &xmtp_mls::GroupInfo| {
                let is_super = info.members.iter().filter(|(_, member)| member.role == Role::SuperAdmin);
                is_super.map(|(inbox, _)| *inbox).collect::<Vec<_>>()
            };
            assert_eq!(supers(&info), supers(&before));
            assert_eq!(info.permissions, before.permissions);
        }
    });
});
