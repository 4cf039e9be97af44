//! What the network delivers a second time.
use crate::world::{Shared, group_of};
use xmtp_mls::Session;
use xmtp_types::{Cursor, Topic};

#[test]
fn the_cursor_covers_what_was_dealt_with_and_all_of_it_is_passed_over_in_silence_when_it_comes_again() {
    let network = Shared::new();
    let ([mut alice, mut bob], group) = group_of::<2>(&network);
    alice.send(&group, "before");
    alice.rotate(&group, 1);
    alice.send(&group, "after");
    bob.sync();
    let topic = Topic::group(&group);
    let log = network.after(&topic, &Cursor::start());
    let info = bob.info(&group);
    for actor in [&mut alice, &mut bob] {
        let cursor = actor.cursor(&topic);
        assert!(log.iter().all(|delivered| cursor.covers(delivered.originator, delivered.sequence_id)));
        actor.events.clear();
        let ingested = actor.step(|session: &mut Session<'_>| session.ingest(&log, &[])).unwrap();
        assert_eq!((ingested.done, ingested.halted), (log.len(), false));
        assert_eq!(actor.events, []);
        assert_eq!(actor.texts(&group), ["before", "after"]);
        assert_eq!(actor.info(&group), info);
    }
    // Nor behind something new.
    alice.send(&group, "new");
    let newest = network.after(&topic, &bob.cursor(&topic));
    let batch = [newest, log].concat();
    bob.step(|session: &mut Session<'_>| session.ingest(&batch, &[])).unwrap();
    assert_eq!(bob.events.len(), 1, "{:?}", bob.events);
    assert_eq!(bob.texts(&group), ["before", "after", "new"]);
}
