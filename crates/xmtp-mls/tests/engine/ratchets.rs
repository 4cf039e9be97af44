//! Ratchets are written once for each transaction: whatever is refused, undone or started anew on the way, each message
//! is opened once and none is lost.
use crate::world::{Actor, Shared, group_of};
use proptest::prelude::*;
use xmtp_mls::{EngineError, Event, Session};
use xmtp_types::{Delivered, GroupId, Payload, SequenceId, Topic};

/// What the network has for bob.
#[derive(Clone, Copy, Debug)]
enum Sent {
    Message,
    /// A message that was damaged on the way.
    Damaged,
    Commit,
    /// A message of an epoch that has passed.
    Late,
}

/// How bob comes to read the next envelopes.
#[derive(Clone, Copy, Debug)]
enum Way {
    Plain,
    /// As one of several steps that share a transaction.
    Attempted,
    /// First in a step that fails and is undone, behind what came before it in the same transaction.
    UndoneFirst,
    /// In a transaction that is dropped.
    Dropped,
    Restarted,
}

fn ways() -> impl Strategy<Value = Vec<(usize, Way)>> {
    let way = prop_oneof![
        Just(Way::Plain),
        Just(Way::Attempted),
        Just(Way::UndoneFirst),
        Just(Way::Dropped),
        Just(Way::Restarted)
    ];
    proptest::collection::vec((1usize..6, way), 1..8)
}

fn traffic() -> impl Strategy<Value = Vec<Sent>> {
    let sent = prop_oneof![
        6 => Just(Sent::Message), 2 => Just(Sent::Damaged), 1 => Just(Sent::Commit), 1 => Just(Sent::Late)
    ];
    proptest::collection::vec(sent, 1..20)
}

fn message(alice: &mut Actor, group: &GroupId, text: &str) -> Delivered {
    alice.send(group, text);
    alice.network.lock().log.last().unwrap().clone()
}

/// The envelopes in the order of the network, and what is to be read in them.
fn log(alice: &mut Actor, group: &GroupId, traffic: &[Sent]) -> (Vec<Delivered>, Vec<String>) {
    let (mut log, mut texts, mut late) = (Vec::new(), Vec::new(), Vec::new());
    for (number, sent) in traffic.iter().enumerate() {
        let text = number.to_string();
        match sent {
            Sent::Message => {
                log.push(message(alice, group, &text));
                texts.push(text);
            }
            Sent::Damaged => {
                let mut damaged = message(alice, group, "never read");
                if let Payload::GroupMessage { data, .. } = &mut damaged.payload {
                    *data.last_mut().unwrap() ^= 1;
                }
                log.push(damaged);
            }
            Sent::Late => late.push(text),
            Sent::Commit => {
                let overtaken: Vec<_> = late.iter().map(|text| message(alice, group, text)).collect();
                alice.rotate(group, 1);
                log.push(alice.network.lock().log.last().unwrap().clone());
                log.extend(overtaken);
                texts.append(&mut late);
            }
        }
    }
    for (number, delivered) in log.iter_mut().enumerate() {
        delivered.sequence_id = SequenceId::new(1_000_000 + number as u64);
    }
    (log, texts)
}

fn undone() -> EngineError {
    EngineError::Refused("thought better of it".into())
}

/// Ingests all of it, or says what must be fetched first.
fn ingest(session: &mut Session<'_>, batch: &[Delivered]) -> Result<(), EngineError> {
    let ingested = session.ingest(batch, &[])?;
    if ingested.missing.is_empty() { Ok(()) } else { Err(EngineError::Missing(ingested.missing)) }
}

fn read(bob: &mut Actor, batch: &[Delivered], way: Way) {
    let (first, rest) = batch.split_at(batch.len() / 2);
    match way {
        Way::Plain => drop(bob.ingest(batch).unwrap()),
        Way::Restarted => {
            bob.ingest(batch).unwrap();
            bob.reopen();
        }
        Way::Attempted => bob
            .step(|session| {
                session.attempt(|session| ingest(session, first))?;
                session.attempt(|session| ingest(session, rest))
            })
            .unwrap(),
        Way::UndoneFirst => bob
            .step(|session| {
                ingest(session, first)?;
                let failed: Result<(), _> = session.attempt(|session| {
                    session.ingest(rest, &[])?;
                    Err(undone())
                });
                assert!(failed.is_err());
                ingest(session, rest)
            })
            .unwrap(),
        Way::Dropped => {
            let dropped: Result<(), _> = bob.step(|session| {
                session.ingest(batch, &[])?;
                Err(undone())
            });
            assert!(dropped.is_err());
            bob.ingest(batch).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn each_message_is_opened_once_whatever_is_refused_or_undone_on_the_way(traffic in traffic(), ways in ways()) {
        let network = Shared::new();
        let ([mut alice, mut bob], group) = group_of(&network);
        let (log, texts) = log(&mut alice, &group, &traffic);
        let mut rest = log.as_slice();
        for (count, way) in ways.into_iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (batch, after) = rest.split_at(count.min(rest.len()));
            read(&mut bob, batch, way);
            rest = after;
        }
        prop_assert_eq!(bob.texts(&group), texts);
        let damaged = traffic.iter().filter(|sent| matches!(sent, Sent::Damaged)).count();
        let refused = bob.events.iter().filter(|event| matches!(event, Event::Refused { .. })).count();
        prop_assert_eq!(refused, damaged);
        bob.reopen();
        let last = message(&mut alice, &group, "read on");
        bob.ingest(&[Delivered { sequence_id: SequenceId::new(2_000_000), ..last }]).unwrap();
        prop_assert_eq!(bob.texts(&group).pop(), Some("read on".to_owned()));
        prop_assert_eq!(alice.info(&group).epoch_authenticator, bob.info(&group).epoch_authenticator);
    }
}

#[test]
fn a_refused_envelope_between_two_good_ones_loses_neither_and_spends_the_keys_of_both() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of(&network);
    let (log, _) = log(&mut alice, &group, &[Sent::Message, Sent::Damaged, Sent::Message]);
    assert_eq!(bob.ingest(&log).unwrap().done, 3);
    assert_eq!((bob.texts(&group), bob.refusals().len()), (vec!["0".into(), "2".into()], 1));
    // On the disk, too, their keys are gone: nothing opens them a second time.
    bob.reopen();
    let again = log.into_iter().map(|sent| {
        let sequence_id = SequenceId::new(sent.sequence_id.as_u64() + 10);
        Delivered { sequence_id, ..sent }
    });
    bob.ingest(&again.collect::<Vec<_>>()).unwrap();
    assert_eq!((bob.texts(&group).len(), bob.refusals().len()), (2, 3));
    let topic = Topic::group(&group);
    assert_eq!(bob.cursor(&topic).highest(), SequenceId::new(1_000_012));
}
