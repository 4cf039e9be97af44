//! Sends application messages.
use super::{
    Intent, Release,
    queue::sending,
    stage::{Made, fail, tagged},
};
use crate::{
    EngineError, Installation, Session,
    message::{PlaintextEnvelope, payload_hash},
    provider::{Provider, Secrets},
};
use openmls::group::MlsGroup;
use xmtp_crypto::push_hmac::PushHmacKey;
use xmtp_storage::{Beginning, IntentId, IntentRow, IntentState, MessageRow};
use xmtp_types::{ClientEnvelope, Epoch, GroupId, MessageId};

/// What became of messages that were handed in to be sent.
#[derive(Debug)]
pub struct Sending {
    /// Their ids, in their order.
    pub ids: Vec<MessageId>,
    /// Their envelopes, ready to be sent in this order, without those that failed for good; `None` if they were queued,
    /// because something goes before them.
    pub envelopes: Option<Vec<(IntentId, ClientEnvelope)>>,
}

impl Session<'_> {
    /// Queues application messages like [`Session::queue_message`], behind those that were held, which are let go. If
    /// nothing goes before them they are staged as they are written; see [`Session::stage_behind`] for `on_the_way`.
    ///
    /// # Errors
    /// As [`Session::queue_message`].
    pub fn send(
        &mut self,
        group: &GroupId,
        messages: Vec<(Vec<u8>, bool)>,
        on_the_way: &[IntentId],
    ) -> Result<Sending, EngineError> {
        self.release(group, Release::All)?;
        self.ready_for_message(group)?;
        let goes_before = !self.tx().first_intents(group, IntentState::ToPublish, 1)?.is_empty();
        if goes_before || self.must_come_back(group, on_the_way)? {
            let queue = |(content, push)| self.write_message(group, content, push, Beginning::Waiting);
            return Ok(Sending { ids: messages.into_iter().map(queue).collect::<Result<_, _>>()?, envelopes: None });
        }
        let key = self.sender_key(group)?;
        let (mut ids, mut envelopes) = (Vec::with_capacity(messages.len()), Vec::with_capacity(messages.len()));
        for (content, should_push) in messages {
            let row = self.store_unpublished(group, content)?;
            ids.push(row.id);
            envelopes.extend(self.seal(row, should_push, &key)?);
        }
        Ok(Sending { ids, envelopes: Some(envelopes) })
    }

    /// Makes the envelope of a message that was just stored, and keeps it with an intent; `None` if it can never be made.
    fn seal(
        &mut self,
        row: MessageRow,
        should_push: bool,
        key: &PushHmacKey,
    ) -> Result<Option<(IntentId, ClientEnvelope)>, EngineError> {
        let (group, wish) = (row.group.clone(), sending(&row.group, row.id, should_push));
        let plaintext = encoded(row);
        let own = self.own;
        let sealed = self.lend_group(&group, |provider, mls| {
            let payload = sealed(provider, own, mls, &plaintext)?;
            Ok(((payload, Epoch::from(mls.epoch().as_u64())), Secrets::Ratchets))
        });
        match sealed {
            Ok((payload, epoch)) => {
                let envelope = tagged(key, &group, payload.clone(), should_push);
                let payload_hash = payload_hash(&payload);
                // GROUP.R9
                let id = self.tx().begin_intent(&wish, Beginning::Sealed { payload, payload_hash, epoch })?;
                Ok(Some((id, envelope)))
            }
            Err(error @ (EngineError::Storage(_) | EngineError::Crypto(_))) => Err(error),
            Err(error) => {
                let id = self.tx().queue_intent(&wish)?;
                let row = self.tx().intent(id)?;
                row.map_or(Ok(()), |row| fail(self, row, error.to_string()))?;
                Ok(None)
            }
        }
    }

    /// What `row` wishes. What a message that is kept says stands in its row and nowhere else.
    pub(super) fn wished(&self, row: &IntentRow) -> Result<Intent, EngineError> {
        match row.wish.message {
            Some(id) if row.wish.data.is_empty() => match self.tx().message(&id)? {
                Some(message) => Ok(Intent::SendMessage { envelope: encoded(message) }),
                None => Err(EngineError::Refused("the message is not there any more".into())),
            },
            _ => Intent::decode(row),
        }
    }
}

fn encoded(row: MessageRow) -> Vec<u8> {
    PlaintextEnvelope { content: row.content, idempotency_key: row.idempotency_key }.encode()
}

pub(super) fn make(session: &Session<'_>, mls: &mut MlsGroup, envelope: &[u8]) -> Result<Made, EngineError> {
    let bytes = sealed(&session.provider.writing(Secrets::Ratchets), session.own, mls, envelope)?;
    Ok(Made::Message { bytes, post_commit: None })
}

fn sealed(
    provider: &Provider<'_>,
    own: &Installation,
    mls: &mut MlsGroup,
    plaintext: &[u8],
) -> Result<Vec<u8>, EngineError> {
    let message = mls
        .create_message(provider, own.key(), plaintext)
        .map_err(|error| EngineError::mls("sealing a message")(&error))?;
    message.to_bytes().map_err(|error| EngineError::mls("encoding a message")(&error))
}
