//! What everybody must have in the end, worked out from the network's log: which commits count, who was in the group
//! when, and who can read which message.
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use xmtp_client::{InboxId, Message, MessageKind, Timestamp};
use xmtp_content_types::Content;
use xmtp_delivery::Transport;
use xmtp_mls::peek::{ContentKind, public_parts};
use xmtp_types::{Cursor, Delivered, Epoch, GroupId, Payload, Topic};

/// Past epochs whose messages members can open.
const PAST_EPOCHS: u64 = 3;

/// Who must have the message that the network took at a time.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    /// For each message that anyone can read: its time and its readers.
    pub(crate) readers: BTreeMap<Timestamp, BTreeSet<InboxId>>,
    /// The epoch each of them was made in.
    pub(crate) epochs: BTreeMap<Timestamp, u64>,
    /// Who was removed at some time.
    pub(crate) once_removed: BTreeSet<InboxId>,
    /// Who is in the group in the end, and since which epoch.
    pub(crate) members: BTreeMap<InboxId, Epoch>,
}

/// Reads everything the network has of the group.
pub(crate) async fn log(network: &dyn Transport, group: &GroupId) -> Result<Vec<Delivered>> {
    let topic = Topic::group(group);
    let (mut cursor, mut all) = (Cursor::start(), Vec::new());
    loop {
        let page = network.query(&topic, &cursor).await?;
        for envelope in &page.envelopes {
            cursor.advance(envelope.originator, envelope.sequence_id);
        }
        let is_last = page.envelopes.is_empty();
        all.extend(page.envelopes);
        if is_last {
            return Ok(all);
        }
    }
}

/// Prints what everyone can see of an envelope.
pub(crate) fn tell(envelope: &Delivered) {
    let Payload::GroupMessage { data, .. } = &envelope.payload else { return };
    let Ok(parts) = public_parts(data) else { return };
    let (number, epoch) = (envelope.sequence_id.as_u64(), parts.epoch.as_u64());
    println!("{number} at {}: {:?} of epoch {epoch}", envelope.created.as_nanos(), parts.content);
}

/// Works out who must have what. `history` is that of the founder: it says what each commit changed.
pub(crate) fn work_out(log: &[Delivered], history: &[Message], founder: InboxId) -> Result<Truth> {
    let mut truth = Truth { members: BTreeMap::from([(founder, Epoch::from(0))]), ..Truth::default() };
    let mut epoch = 0u64;
    for envelope in log {
        let Payload::GroupMessage { data, .. } = &envelope.payload else { continue };
        let parts = public_parts(data).context("an envelope that is no MLS message")?;
        let made = parts.epoch.as_u64();
        match parts.content {
            // The first commit of an epoch is the one that counts.
            ContentKind::Commit if made == epoch => {
                epoch += 1;
                truth.apply(history, envelope.created, Epoch::from(epoch));
            }
            ContentKind::Application if made <= epoch && epoch - made <= PAST_EPOCHS => {
                let reads = |joined: &Epoch| joined.as_u64() <= made;
                let readers = truth.members.iter().filter(|(_, joined)| reads(joined)).map(|(inbox, _)| *inbox);
                let readers = readers.collect();
                truth.readers.insert(envelope.created, readers);
                truth.epochs.insert(envelope.created, made);
            }
            _ => {}
        }
    }
    Ok(truth)
}

impl Truth {
    fn apply(&mut self, history: &[Message], at: Timestamp, epoch: Epoch) {
        let changes = history.iter().filter(|it| it.kind == MessageKind::MembershipChange && it.sent_at == at);
        for change in changes {
            let Content::GroupUpdated(change) = Content::from_bytes(&change.content) else { continue };
            for inbox in change.removed.iter().chain(&change.left) {
                self.members.remove(inbox);
                self.once_removed.insert(*inbox);
            }
            for inbox in change.added {
                self.members.entry(inbox).or_insert(epoch);
            }
        }
    }
}
