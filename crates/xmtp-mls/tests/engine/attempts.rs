//! Attempts inside a transaction: each is kept or undone as a whole, also one inside another.
use crate::world::{Shared, assert_agree, group_of};
use xmtp_mls::{EngineError, Intent, Session, group::metadata};
use xmtp_types::GroupId;

fn rename(session: &mut Session<'_>, group: &GroupId) -> Result<usize, EngineError> {
    session.queue(group, &Intent::UpdateMetadata { field: metadata::NAME.into(), value: "Tea".into() })?;
    Ok(session.stage(group)?.envelopes.len())
}

fn give_up<R>() -> Result<R, EngineError> {
    Err(EngineError::Refused("thought better of it".into()))
}

#[test]
fn an_attempt_that_fails_leaves_what_came_before_it() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    alice
        .step(|session| {
            session.attempt(|session| {
                session.queue_message(&group, b"kept".to_vec(), false)?;
                let inner = session.attempt(|session| {
                    assert_eq!(rename(session, &group)?, 2);
                    give_up::<()>()
                });
                assert!(inner.is_err());
                Ok(())
            })
        })
        .unwrap();
    alice.drive(&group).unwrap();
    bob.sync();
    assert_eq!(bob.texts(&group), ["kept"]);
    assert_eq!(bob.info(&group).attributes[metadata::NAME], "");
    assert_agree([&mut alice, &mut bob], &group);
}

#[test]
fn an_attempt_that_fails_takes_those_inside_it_along() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let before = alice.info(&group);
    alice
        .step(|session| {
            let outer = session.attempt(|session| {
                session.queue_message(&group, b"never said".to_vec(), false)?;
                assert_eq!(session.attempt(|session| rename(session, &group))?, 2);
                give_up::<()>()
            });
            assert!(outer.is_err());
            Ok(())
        })
        .unwrap();
    assert!(alice.open_intents(&group).is_empty() && alice.texts(&group).is_empty());
    assert_eq!(alice.info(&group), before);
    alice.send(&group, "said");
    bob.sync();
    assert_eq!(bob.texts(&group), ["said"]);
    alice.reopen();
    alice.rotate(&group, 1);
    bob.sync();
    assert_agree([&mut alice, &mut bob], &group);
}
