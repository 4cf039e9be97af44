//! Changes of preferences as installations of one user tell them to each other.
//!
//! Source of fact: observed on released clients of both generations: an `EncodedContent` of type
//! `xmtp.org/application/x-protobuf` 1.0 that holds a `DeviceSyncContent`; entities in lowercase hexadecimal characters.
use crate::message::{AUTHORITY, encoded};
use prost::Message as _;
use xmtp_crypto::push_hmac::PushHmacRoot;
use xmtp_proto::xmtp::{
    device_sync::{
        consent_backup::{ConsentSave, ConsentStateSave, ConsentTypeSave},
        content::{
            DeviceSyncContent, HmacKeyUpdate, PreferenceUpdate, PreferenceUpdates, device_sync_content::Content,
            preference_update::Update,
        },
    },
    mls::message_contents::EncodedContent,
};
use xmtp_storage::{ConsentEntity, ConsentRow, ConsentState};
use xmtp_types::Timestamp;

const TYPE: &str = "application/x-protobuf";

/// One change.
#[derive(Debug)]
pub(crate) enum Told {
    /// What was decided about a thing, and when.
    Consent(ConsentRow),
    /// The new root of the push keys.
    PushRoot {
        /// The root.
        root: PushHmacRoot,
        /// When it was made.
        cycled_at: Timestamp,
    },
}

/// The changes in a message of a sync group; none in one that says something else. What cannot be read is left out.
pub(crate) fn told(content: &[u8]) -> Vec<Told> {
    let Ok(encoded) = EncodedContent::decode(content) else { return Vec::new() };
    if !encoded.r#type.is_some_and(|kind| kind.authority_id == AUTHORITY && kind.type_id == TYPE) {
        return Vec::new();
    }
    match DeviceSyncContent::decode(&*encoded.content).map(|said| said.content) {
        Ok(Some(Content::PreferenceUpdates(told))) => told.updates.into_iter().filter_map(read).collect(),
        _ => Vec::new(),
    }
}

/// The bytes of a message that tells changes.
pub(super) fn tell(changes: &[Told]) -> Vec<u8> {
    let updates = changes.iter().map(|change| PreferenceUpdate { update: Some(write(change)) }).collect();
    let content = DeviceSyncContent { content: Some(Content::PreferenceUpdates(PreferenceUpdates { updates })) };
    // PREF.R5
    encoded(TYPE, &content)
}

fn read(update: PreferenceUpdate) -> Option<Told> {
    match update.update? {
        Update::Consent(save) => {
            let entity = match save.entity_type() {
                ConsentTypeSave::ConversationId => ConsentEntity::Conversation(save.entity.parse().ok()?),
                ConsentTypeSave::InboxId => ConsentEntity::Inbox(save.entity.parse().ok()?),
                ConsentTypeSave::Address | ConsentTypeSave::Unspecified => return None,
            };
            let state = match save.state() {
                ConsentStateSave::Unknown => ConsentState::Unknown,
                ConsentStateSave::Allowed => ConsentState::Allowed,
                ConsentStateSave::Denied => ConsentState::Denied,
                ConsentStateSave::Unspecified => return None,
            };
            Some(Told::Consent(ConsentRow { entity, state, decided_at: time(save.consented_at_ns)? }))
        }
        Update::Hmac(update) => {
            let root = PushHmacRoot::from_bytes(&update.key).ok()?;
            Some(Told::PushRoot { root, cycled_at: time(update.cycled_at_ns)? })
        }
    }
}

fn write(change: &Told) -> Update {
    match change {
        Told::Consent(row) => {
            let (kind, entity) = match &row.entity {
                ConsentEntity::Conversation(group) => (ConsentTypeSave::ConversationId, group.to_string()),
                ConsentEntity::Inbox(inbox) => (ConsentTypeSave::InboxId, inbox.to_string()),
            };
            let state = match row.state {
                ConsentState::Unknown => ConsentStateSave::Unknown,
                ConsentState::Allowed => ConsentStateSave::Allowed,
                ConsentState::Denied => ConsentStateSave::Denied,
            };
            let consented_at_ns = nanos(row.decided_at);
            Update::Consent(ConsentSave { entity_type: kind.into(), state: state.into(), entity, consented_at_ns })
        }
        Told::PushRoot { root, cycled_at } => {
            Update::Hmac(HmacKeyUpdate { key: root.as_bytes().to_vec(), cycled_at_ns: nanos(*cycled_at) })
        }
    }
}

fn nanos(time: Timestamp) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}

fn time(nanos: i64) -> Option<Timestamp> {
    u64::try_from(nanos).ok().map(Timestamp::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use xmtp_proto::xmtp::mls::message_contents::ContentTypeId;
    use xmtp_types::{GroupId, InboxId};

    /// Messages of a sync group as released clients write them.
    const ROOT: &str = "0a240a08786d74702e6f726712166170706c69636174696f6e2f782d70726f746f6275661801223c223a0a3812360a2a57f9\
        05f1588116cbb38cd7a9ebee1948408bf89675d08476757cb89c41bc6a418fc4c8e3a5c1d9823160109ab29ba3b7d3d9f518";
    const DENIED: &str = "0a240a08786d74702e6f726712166170706c69636174696f6e2f782d70726f746f6275661801223622340a320a3008011003\
        1a20303339333339373531663364343238623138663666336165343561643162386520f1e79f92bdd3d9f518";
    const INBOX: &str = "0a240a08786d74702e6f726712166170706c69636174696f6e2f782d70726f746f6275661801225622540a520a50080210031a\
        40333230366233366531336531346330393738376564306633363866303538393438613137666462373337653938626632323234626131363639\
        62303164653131208795cadfc2d3d9f518";

    fn only(hex: &str) -> Told {
        let mut changes = told(&hex::decode(hex).unwrap());
        assert_eq!(changes.len(), 1);
        changes.remove(0)
    }

    #[test] // PREF.R5
    fn what_released_clients_tell_is_read_and_written_byte_for_byte() {
        for hex in [ROOT, DENIED, INBOX] {
            assert_eq!(hex::encode(tell(&[only(hex)])), hex.replace(' ', ""));
        }
        match only(DENIED) {
            Told::Consent(row) => {
                let group: GroupId = "039339751f3d428b18f6f3ae45ad1b8e".parse().unwrap();
                assert_eq!(row.entity, ConsentEntity::Conversation(group));
                assert_eq!(row.state, ConsentState::Denied);
                assert_eq!(row.decided_at, Timestamp::from_nanos(1_795_641_695_871_169_521));
            }
            other => panic!("{other:?}"),
        }
        match only(ROOT) {
            Told::PushRoot { cycled_at, .. } => {
                assert_eq!(cycled_at, Timestamp::from_nanos(1_795_641_694_296_135_962));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_cannot_be_read_leaves_the_rest_as_it_is() {
        let bob = InboxId::from_bytes([2; 32]);
        let good = PreferenceUpdate {
            update: Some(write(&Told::Consent(ConsentRow {
                entity: ConsentEntity::Inbox(bob),
                state: ConsentState::Allowed,
                decided_at: Timestamp::from_nanos(5),
            }))),
        };
        let save = |entity_type: i32, state: i32, entity: &str, consented_at_ns| PreferenceUpdate {
            update: Some(Update::Consent(ConsentSave { entity_type, state, entity: entity.into(), consented_at_ns })),
        };
        let short = Update::Hmac(HmacKeyUpdate { key: vec![1; 41], cycled_at_ns: 1 });
        let updates = vec![
            save(2, 2, "bob", 1),
            save(2, 0, &bob.to_string(), 1),
            save(3, 2, "0x34dd95109b587ca90778cde5e2dd87e022453699", 1),
            save(2, 2, &bob.to_string(), -1),
            PreferenceUpdate { update: Some(short) },
            PreferenceUpdate { update: None },
            good,
        ];
        let content = DeviceSyncContent { content: Some(Content::PreferenceUpdates(PreferenceUpdates { updates })) };
        let kind = ContentTypeId { authority_id: AUTHORITY.into(), type_id: TYPE.into(), ..Default::default() };
        let encoded = EncodedContent { r#type: Some(kind), content: content.encode_to_vec(), ..Default::default() };
        assert_eq!(told(&encoded.encode_to_vec()).len(), 1);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            told(&bytes);
        }
    }
}
