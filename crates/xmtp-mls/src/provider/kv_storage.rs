//! The MLS library's storage trait over an [`Overlay`].
use super::{
    Overlay, ProviderError, SharedKv, Single, codec,
    keys::Label,
    secrets::{self, Secrets},
};
use openmls_traits::storage::{CURRENT_VERSION, StorageProvider, traits};
use serde::{Serialize, de::DeserializeOwned};
use std::cell::RefCell;
use xmtp_storage::Namespace;
use zeroize::Zeroizing;

const V: u16 = CURRENT_VERSION;

/// Values of the MLS library: read from the overlay, else from the store; written to the overlay.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KvStorage<'t> {
    pub(super) overlay: &'t RefCell<Overlay>,
    kv: &'t dyn SharedKv,
    secrets: Secrets,
}

/// Reference and proposal of each queued proposal, both encoded, oldest first.
type Queue = Vec<(Vec<u8>, Vec<u8>)>;

impl<'t> KvStorage<'t> {
    pub(super) const fn new(overlay: &'t RefCell<Overlay>, kv: &'t dyn SharedKv) -> Self {
        Self { overlay, kv, secrets: Secrets::Whole }
    }

    /// The same storage, to which of message secrets only these are written.
    pub(super) const fn writing(self, secrets: Secrets) -> Self {
        Self { secrets, ..self }
    }

    pub(super) const fn kv(&self) -> &'t dyn SharedKv {
        self.kv
    }

    /// Writes a value of a kind.
    pub(crate) fn put<K: Serialize, T: Serialize>(
        &self,
        label: Label,
        key: &K,
        value: &T,
    ) -> Result<(), ProviderError> {
        let value = codec::encode(label, value)?;
        self.overlay.borrow_mut().write(label.key(key)?, Some(value));
        Ok(())
    }

    /// Reads a value of a kind.
    pub(crate) fn value<K: Serialize, T: DeserializeOwned>(
        &self,
        label: Label,
        key: &K,
    ) -> Result<Option<T>, ProviderError> {
        self.bytes(label, key)?.map(|bytes| codec::decode(label, &bytes)).transpose()
    }

    /// A copy of the value of a kind, by itself.
    pub(crate) fn single<K: Serialize>(&self, label: Label, key: &K) -> Result<Option<Single>, ProviderError> {
        let (value, key) = (self.bytes(label, key)?, label.key(key)?);
        Ok(value.map(|value| Single { key, value }))
    }

    fn bytes<K: Serialize>(&self, label: Label, key: &K) -> Result<Option<Zeroizing<Vec<u8>>>, ProviderError> {
        let key = label.key(key)?;
        if let Some(pending) = self.overlay.borrow().pending(&key) {
            return Ok(pending.map(|bytes| Zeroizing::new(bytes.to_vec())));
        }
        Ok(self.kv.value(Namespace::Mls, &key)?)
    }

    fn remove<K: Serialize>(&self, label: Label, key: &K) -> Result<(), ProviderError> {
        self.overlay.borrow_mut().write(label.key(key)?, None);
        Ok(())
    }

    fn put_secrets<K: Serialize, T: Serialize>(
        &self,
        group: &K,
        value: &T,
        which: Secrets,
    ) -> Result<(), ProviderError> {
        if which == Secrets::Later {
            return Ok(());
        }
        let parts = secrets::encode(value, which).ok_or(ProviderError::Encode(Label::MessageSecrets))?;
        let mut overlay = self.overlay.borrow_mut();
        if which == Secrets::Whole {
            overlay.write(Label::MessageSecrets.key(group)?, Some(parts.epochs));
        }
        overlay.write(Label::Ratchets.key(group)?, Some(parts.ratchets));
        Ok(())
    }

    /// Reads both parts. What was written in one piece by an earlier version is cut in two, so that from then on a part
    /// can be written alone.
    fn secrets<K: Serialize, T: Serialize + DeserializeOwned>(&self, group: &K) -> Result<Option<T>, ProviderError> {
        let Some(mut whole) = self.bytes(Label::MessageSecrets, group)? else { return Ok(None) };
        if let Some(ratchets) = self.bytes(Label::Ratchets, group)? {
            whole.extend_from_slice(&ratchets);
            return codec::decode(Label::MessageSecrets, &whole).map(Some);
        }
        let value = codec::decode(Label::MessageSecrets, &whole)?;
        self.put_secrets(group, &value, Secrets::Whole)?;
        Ok(Some(value))
    }

    fn queue<K: Serialize>(&self, group: &K) -> Result<Queue, ProviderError> {
        Ok(self.value(Label::ProposalQueue, group)?.unwrap_or_default())
    }
}

/// The three methods of a value that each group has once.
macro_rules! group_value {
    ($label:ident: $value:ident, $write:ident, $read:ident, $delete:ident) => {
        fn $write<G: traits::GroupId<V>, T: traits::$value<V>>(
            &self,
            group_id: &G,
            value: &T,
        ) -> Result<(), Self::Error> {
            self.put(Label::$label, group_id, value)
        }

        fn $read<G: traits::GroupId<V>, T: traits::$value<V>>(&self, group_id: &G) -> Result<Option<T>, Self::Error> {
            self.value(Label::$label, group_id)
        }

        fn $delete<G: traits::GroupId<V>>(&self, group_id: &G) -> Result<(), Self::Error> {
            self.remove(Label::$label, group_id)
        }
    };
}

impl StorageProvider<V> for KvStorage<'_> {
    type Error = ProviderError;

    group_value!(JoinConfig: MlsGroupJoinConfig, write_mls_join_config, mls_group_join_config, delete_group_config);
    group_value!(Tree: TreeSync, write_tree, tree, delete_tree);
    group_value!(GroupContext: GroupContext, write_context, group_context, delete_context);
    group_value!(
        InterimTranscriptHash: InterimTranscriptHash,
        write_interim_transcript_hash,
        interim_transcript_hash,
        delete_interim_transcript_hash
    );
    group_value!(ConfirmationTag: ConfirmationTag, write_confirmation_tag, confirmation_tag, delete_confirmation_tag);
    group_value!(
        ResumptionPsks: ResumptionPskStore,
        write_resumption_psk_store,
        resumption_psk_store,
        delete_all_resumption_psk_secrets
    );
    group_value!(OwnLeafIndex: LeafNodeIndex, write_own_leaf_index, own_leaf_index, delete_own_leaf_index);
    group_value!(
        EpochSecrets: GroupEpochSecrets,
        write_group_epoch_secrets,
        group_epoch_secrets,
        delete_group_epoch_secrets
    );

    fn write_message_secrets<G: traits::GroupId<V>, T: traits::MessageSecrets<V>>(
        &self,
        group_id: &G,
        value: &T,
    ) -> Result<(), Self::Error> {
        self.put_secrets(group_id, value, self.secrets)
    }

    fn message_secrets<G: traits::GroupId<V>, T: traits::MessageSecrets<V>>(
        &self,
        group_id: &G,
    ) -> Result<Option<T>, Self::Error> {
        self.secrets(group_id)
    }

    fn delete_message_secrets<G: traits::GroupId<V>>(&self, group_id: &G) -> Result<(), Self::Error> {
        self.remove(Label::MessageSecrets, group_id)?;
        self.remove(Label::Ratchets, group_id)
    }

    fn write_group_state<T: traits::GroupState<V>, G: traits::GroupId<V>>(
        &self,
        group_id: &G,
        group_state: &T,
    ) -> Result<(), Self::Error> {
        self.put(Label::GroupState, group_id, group_state)
    }

    fn group_state<T: traits::GroupState<V>, G: traits::GroupId<V>>(
        &self,
        group_id: &G,
    ) -> Result<Option<T>, Self::Error> {
        self.value(Label::GroupState, group_id)
    }

    fn delete_group_state<G: traits::GroupId<V>>(&self, group_id: &G) -> Result<(), Self::Error> {
        self.remove(Label::GroupState, group_id)
    }

    fn append_own_leaf_node<G: traits::GroupId<V>, T: traits::LeafNode<V>>(
        &self,
        group_id: &G,
        leaf_node: &T,
    ) -> Result<(), Self::Error> {
        let mut leaves: Vec<Vec<u8>> = self.value(Label::OwnLeafNodes, group_id)?.unwrap_or_default();
        leaves.push(codec::encode(Label::OwnLeafNodes, leaf_node)?.to_vec());
        self.put(Label::OwnLeafNodes, group_id, &leaves)
    }

    fn own_leaf_nodes<G: traits::GroupId<V>, T: traits::LeafNode<V>>(
        &self,
        group_id: &G,
    ) -> Result<Vec<T>, Self::Error> {
        let leaves: Vec<Vec<u8>> = self.value(Label::OwnLeafNodes, group_id)?.unwrap_or_default();
        leaves.iter().map(|bytes| codec::decode(Label::OwnLeafNodes, bytes)).collect()
    }

    fn delete_own_leaf_nodes<G: traits::GroupId<V>>(&self, group_id: &G) -> Result<(), Self::Error> {
        self.remove(Label::OwnLeafNodes, group_id)
    }

    fn queue_proposal<G: traits::GroupId<V>, R: traits::ProposalRef<V>, T: traits::QueuedProposal<V>>(
        &self,
        group_id: &G,
        proposal_ref: &R,
        proposal: &T,
    ) -> Result<(), Self::Error> {
        let entry = (
            codec::encode(Label::ProposalQueue, proposal_ref)?.to_vec(),
            codec::encode(Label::ProposalQueue, proposal)?.to_vec(),
        );
        let mut queue = self.queue(group_id)?;
        queue.retain(|(other, _)| *other != entry.0);
        queue.push(entry);
        self.put(Label::ProposalQueue, group_id, &queue)
    }

    fn queued_proposal_refs<G: traits::GroupId<V>, R: traits::ProposalRef<V>>(
        &self,
        group_id: &G,
    ) -> Result<Vec<R>, Self::Error> {
        self.queue(group_id)?.iter().map(|(reference, _)| codec::decode(Label::ProposalQueue, reference)).collect()
    }

    fn queued_proposals<G: traits::GroupId<V>, R: traits::ProposalRef<V>, T: traits::QueuedProposal<V>>(
        &self,
        group_id: &G,
    ) -> Result<Vec<(R, T)>, Self::Error> {
        let decode = |(reference, proposal): &(Vec<u8>, Vec<u8>)| {
            Ok((codec::decode(Label::ProposalQueue, reference)?, codec::decode(Label::ProposalQueue, proposal)?))
        };
        self.queue(group_id)?.iter().map(decode).collect()
    }

    fn remove_proposal<G: traits::GroupId<V>, R: traits::ProposalRef<V>>(
        &self,
        group_id: &G,
        proposal_ref: &R,
    ) -> Result<(), Self::Error> {
        let reference = codec::encode(Label::ProposalQueue, proposal_ref)?;
        let mut queue = self.queue(group_id)?;
        queue.retain(|(other, _)| *other != *reference);
        self.put(Label::ProposalQueue, group_id, &queue)
    }

    fn clear_proposal_queue<G: traits::GroupId<V>, R: traits::ProposalRef<V>>(
        &self,
        group_id: &G,
    ) -> Result<(), Self::Error> {
        self.remove(Label::ProposalQueue, group_id)
    }

    fn write_encryption_key_pair<K: traits::EncryptionKey<V>, T: traits::HpkeKeyPair<V>>(
        &self,
        public_key: &K,
        key_pair: &T,
    ) -> Result<(), Self::Error> {
        self.put(Label::EncryptionKeyPair, public_key, key_pair)
    }

    fn encryption_key_pair<T: traits::HpkeKeyPair<V>, K: traits::EncryptionKey<V>>(
        &self,
        public_key: &K,
    ) -> Result<Option<T>, Self::Error> {
        self.value(Label::EncryptionKeyPair, public_key)
    }

    fn delete_encryption_key_pair<K: traits::EncryptionKey<V>>(&self, public_key: &K) -> Result<(), Self::Error> {
        self.remove(Label::EncryptionKeyPair, public_key)
    }

    fn write_encryption_epoch_key_pairs<G: traits::GroupId<V>, E: traits::EpochKey<V>, T: traits::HpkeKeyPair<V>>(
        &self,
        group_id: &G,
        epoch: &E,
        leaf_index: u32,
        key_pairs: &[T],
    ) -> Result<(), Self::Error> {
        self.put(Label::EpochKeyPairs, &(group_id, epoch, leaf_index), &key_pairs)
    }

    fn encryption_epoch_key_pairs<G: traits::GroupId<V>, E: traits::EpochKey<V>, T: traits::HpkeKeyPair<V>>(
        &self,
        group_id: &G,
        epoch: &E,
        leaf_index: u32,
    ) -> Result<Vec<T>, Self::Error> {
        Ok(self.value(Label::EpochKeyPairs, &(group_id, epoch, leaf_index))?.unwrap_or_default())
    }

    fn delete_encryption_epoch_key_pairs<G: traits::GroupId<V>, E: traits::EpochKey<V>>(
        &self,
        group_id: &G,
        epoch: &E,
        leaf_index: u32,
    ) -> Result<(), Self::Error> {
        self.remove(Label::EpochKeyPairs, &(group_id, epoch, leaf_index))
    }

    fn write_key_package<R: traits::HashReference<V>, T: traits::KeyPackage<V>>(
        &self,
        hash_ref: &R,
        key_package: &T,
    ) -> Result<(), Self::Error> {
        self.put(Label::KeyPackage, hash_ref, key_package)
    }

    fn key_package<R: traits::HashReference<V>, T: traits::KeyPackage<V>>(
        &self,
        hash_ref: &R,
    ) -> Result<Option<T>, Self::Error> {
        self.value(Label::KeyPackage, hash_ref)
    }

    fn delete_key_package<R: traits::HashReference<V>>(&self, hash_ref: &R) -> Result<(), Self::Error> {
        self.remove(Label::KeyPackage, hash_ref)
    }

    fn write_signature_key_pair<K: traits::SignaturePublicKey<V>, T: traits::SignatureKeyPair<V>>(
        &self,
        public_key: &K,
        signature_key_pair: &T,
    ) -> Result<(), Self::Error> {
        self.put(Label::SignatureKeyPair, public_key, signature_key_pair)
    }

    fn signature_key_pair<K: traits::SignaturePublicKey<V>, T: traits::SignatureKeyPair<V>>(
        &self,
        public_key: &K,
    ) -> Result<Option<T>, Self::Error> {
        self.value(Label::SignatureKeyPair, public_key)
    }

    fn delete_signature_key_pair<K: traits::SignaturePublicKey<V>>(&self, public_key: &K) -> Result<(), Self::Error> {
        self.remove(Label::SignatureKeyPair, public_key)
    }

    fn write_psk<I: traits::PskId<V>, T: traits::PskBundle<V>>(&self, psk_id: &I, psk: &T) -> Result<(), Self::Error> {
        self.put(Label::Psk, psk_id, psk)
    }

    fn psk<T: traits::PskBundle<V>, I: traits::PskId<V>>(&self, psk_id: &I) -> Result<Option<T>, Self::Error> {
        self.value(Label::Psk, psk_id)
    }

    fn delete_psk<I: traits::PskId<V>>(&self, psk_id: &I) -> Result<(), Self::Error> {
        self.remove(Label::Psk, psk_id)
    }
}
