//! What an installation of the user tells the others in their sync group.
use crate::{
    EngineError, Session,
    preferences::{Told, told},
};
use xmtp_storage::MessageRow;

/// Applies changes of preferences in the order in which the network has them, our own among them. Requests for history
/// and answers to them are not acted on yet.
pub(super) fn act_on(session: &mut Session<'_>, row: &MessageRow) -> Result<(), EngineError> {
    // PREF.R1
    if row.sender_inbox != session.own.inbox() {
        return Ok(());
    }
    for change in told(&row.content) {
        match change {
            Told::Consent(consent) => session.hear_consent(&consent)?,
            Told::PushRoot { root, cycled_at } => session.hear_push_root(&root, cycled_at)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Actor, Shared};
    use xmtp_storage::{ConsentEntity, ConsentState, DeliveryStatus, MessageKind};
    use xmtp_types::{InboxId, InstallationId, MessageId, Timestamp};

    /// A released client's "denied" about an inbox.
    const DENIED: &str = "0a240a08786d74702e6f726712166170706c69636174696f6e2f782d70726f746f6275661801225622540a520a50080210031a\
        40333230366233366531336531346330393738376564306633363866303538393438613137666462373337653938626632323234626131363639\
        62303164653131208795cadfc2d3d9f518";
    const ABOUT: &str = "3206b36e13e14c09787ed0f368f058948a17fdb737e98bf2224ba1669b01de11";

    #[test] // PREF.R1
    fn only_installations_of_this_inbox_are_listened_to_and_only_in_a_sync_group() {
        let network = Shared::new();
        let mut alice = Actor::register(&network);
        let own = alice.inbox();
        let stranger = InboxId::from_bytes([9; 32]);
        let heard = |session: &mut Session<'_>, sender: InboxId, group| {
            let row = MessageRow {
                id: MessageId::from_bytes([1; 32]),
                group,
                kind: MessageKind::Application,
                status: DeliveryStatus::Published,
                sender_inbox: sender,
                sender_installation: InstallationId::from_bytes([2; 32]),
                sent_at: Timestamp::from_secs(1),
                sequence_id: None,
                content_type: String::new(),
                reference: None,
                content: hex::decode(DENIED).unwrap(),
                idempotency_key: String::new(),
                expires_at: None,
            };
            let kind = session.row(&row.group)?.kind;
            crate::control::act_on(session, kind, &row)?;
            let kept = session.tx().consent(&ConsentEntity::Inbox(ABOUT.parse().unwrap()))?;
            Ok::<_, EngineError>(kept.map(|row| row.state))
        };
        let outcomes = alice.step(|session| {
            let group = session.create_group(&crate::GroupOptions::default())?;
            let sync_group = session.create_sync_group()?;
            Ok([
                heard(session, own, group)?,
                heard(session, stranger, sync_group.clone())?,
                heard(session, own, sync_group)?,
            ])
        });
        assert_eq!(outcomes.unwrap(), [None, None, Some(ConsentState::Denied)]);
    }
}
