//! Where somebody is in a form, kept in memory or in the agent's own database.
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};
use tokio::sync::Mutex;
use xmtp_client::{Client, ClientError, MessageId, Timestamp};

/// Forms that are being filled in at most; of more, the oldest are forgotten.
const MOST: usize = 10_000;
/// The form of the bytes.
const VERSION: u8 = 1;

/// Where somebody is in a form.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Session {
    /// The step that is asked, from 0.
    pub(super) step: usize,
    /// The id of the question, as an intent names it.
    pub(super) question: String,
    /// When it was asked, in nanoseconds: by the network's time of the message that led to it.
    pub(super) asked_at: u64,
    /// The message that led to it. It has been taken into account.
    pub(super) cause: String,
    /// The answers so far, by step.
    pub(super) answers: Vec<(String, String)>,
}

impl Session {
    /// Whether it is too late to answer, at `now`.
    pub(super) fn has_expired(&self, now: Timestamp, ttl: Duration) -> bool {
        now.since(Timestamp::from_nanos(self.asked_at)) > ttl
    }

    /// Whether the message has been taken into account: it is handled again after a crash.
    pub(super) fn is_caused_by(&self, message: MessageId) -> bool {
        self.cause == message.to_string()
    }
}

/// Everybody who fills in a form, by conversation and person.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    /// Where they are kept, if anywhere: the key among the application's values.
    key: Option<Vec<u8>>,
    /// None before they are read.
    known: Mutex<Option<BTreeMap<String, Session>>>,
}

impl Sessions {
    /// Kept in the agent's own database, at `key` among the application's values.
    pub(super) fn kept_at(key: Vec<u8>) -> Self {
        Self { key: Some(key), known: Mutex::default() }
    }

    pub(super) async fn get(&self, client: &Client, who: &str) -> Result<Option<Session>, ClientError> {
        let mut known = self.known.lock().await;
        Ok(self.read(client, &mut known).await?.get(who).cloned())
    }

    /// Whether somebody else in the conversation is asked this question.
    pub(super) async fn is_asked(&self, client: &Client, question: &str) -> Result<bool, ClientError> {
        let mut known = self.known.lock().await;
        Ok(self.read(client, &mut known).await?.values().any(|session| session.question == question))
    }

    /// Keeps where somebody is; those whose time was over `ttl` ago are forgotten.
    pub(super) async fn put(
        &self,
        client: &Client,
        who: String,
        session: Session,
        ttl: Duration,
    ) -> Result<(), ClientError> {
        let mut known = self.known.lock().await;
        let all = self.read(client, &mut known).await?;
        let now = Timestamp::from_nanos(session.asked_at);
        // Late answers are told so for a while: see `without_session`.
        all.retain(|_, other| !other.has_expired(now, ttl.saturating_mul(2)));
        while all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, other)| other.asked_at).map(|(who, _)| who.clone());
            all.remove(&oldest.unwrap_or_default());
        }
        all.insert(who, session);
        self.write(client, all).await
    }

    pub(super) async fn remove(&self, client: &Client, who: &str) -> Result<(), ClientError> {
        let mut known = self.known.lock().await;
        let all = self.read(client, &mut known).await?;
        if all.remove(who).is_some() { self.write(client, all).await } else { Ok(()) }
    }

    async fn read<'a>(
        &self,
        client: &Client,
        known: &'a mut Option<BTreeMap<String, Session>>,
    ) -> Result<&'a mut BTreeMap<String, Session>, ClientError> {
        if known.is_none()
            && let Some(key) = &self.key
        {
            let bytes = client.value(key).await?;
            *known = bytes.map(|bytes| {
                from_bytes(&bytes).unwrap_or_else(|| {
                    tracing::warn!(
                        "forms that were begun cannot be read and are forgotten: another version wrote them"
                    );
                    BTreeMap::new()
                })
            });
        }
        Ok(known.get_or_insert_default())
    }

    async fn write(&self, client: &Client, all: &BTreeMap<String, Session>) -> Result<(), ClientError> {
        let Some(key) = &self.key else { return Ok(()) };
        client.put_value(key, &to_bytes(all)).await
    }
}

/// A version byte, and JSON.
fn to_bytes(all: &BTreeMap<String, Session>) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    // Text, numbers and lists always are JSON.
    bytes.extend(serde_json::to_vec(all).unwrap_or_default());
    bytes
}

fn from_bytes(bytes: &[u8]) -> Option<BTreeMap<String, Session>> {
    serde_json::from_slice(bytes.strip_prefix(&[VERSION])?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn session(asked_at: u64) -> Session {
        let answers = vec![("size".to_owned(), "l".to_owned())];
        Session { step: 1, question: "order:name:00".to_owned(), asked_at, cause: "00".to_owned(), answers }
    }

    #[test]
    fn time_is_over_after_the_last_moment_and_not_at_it() {
        let ttl = Duration::from_nanos(10);
        let expired = |now| session(100).has_expired(Timestamp::from_nanos(now), ttl);
        assert_eq!((expired(110), expired(111), expired(0)), (false, true, false));
        assert!(!session(0).has_expired(Timestamp::from_nanos(u64::MAX), Duration::MAX));
    }

    #[test]
    fn what_is_written_is_read_and_what_another_version_wrote_is_not() {
        let all = BTreeMap::from([("dm:00".to_owned(), session(7))]);
        let mut bytes = to_bytes(&all);
        assert_eq!(from_bytes(&bytes), Some(all));
        bytes[0] = 2;
        assert_eq!(from_bytes(&bytes), None);
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>) {
            let _ = from_bytes(&bytes);
        }
    }
}
