//! A transaction on a blockchain that was made: `xmtp.org/transactionReference:1.0`, a JSON object.
//!
//! Read with patience: one wallet wraps the object in another, some clients write the network as a number or leave parts
//! of the metadata out. Source of fact: XIP-21 and observed bytes.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent, JsonObject, json, redact::Size};
use serde::{Deserialize, Serialize};
use std::fmt;

const WHAT: &str = "transaction reference";

/// A transaction on a blockchain that was made.
#[derive(Clone, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionReference {
    /// The kind of network, such as `eip155`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The network in that namespace: a chain id, in decimal or, after `0x`, in hexadecimal.
    #[serde(deserialize_with = "json::text")]
    pub network_id: String,
    /// The hash of the transaction.
    pub reference: String,
    /// What the transaction did, in words of the sender. The blockchain knows better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<TransactionMetadata>,
}

/// What a transaction did, in words of the sender.
///
/// Released clients cannot read metadata that lacks any of the six fields.
#[derive(Clone, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionMetadata {
    /// Such as `transfer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_type: Option<String>,
    /// The currency's symbol, such as `USDC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// How much, in the currency's smallest unit. A number of JSON: exact up to 2^53.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::maybe_number")]
    pub amount: Option<f64>,
    /// How many decimals the currency has: [`Self::amount`] divided by ten to the power of this is in whole units.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::maybe_number")]
    pub decimals: Option<u32>,
    /// Who paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_address: Option<String>,
    /// Who was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_address: Option<String>,
    /// Members that no client we know writes.
    #[serde(flatten)]
    pub extra: JsonObject,
}

impl TransactionReference {
    /// A transaction by its hash, in the namespace of Ethereum and its kin.
    pub fn ethereum(chain_id: u64, hash: impl Into<String>) -> Self {
        Self {
            namespace: Some("eip155".to_owned()),
            network_id: format!("{chain_id:#x}"),
            reference: hash.into(),
            metadata: None,
        }
    }

    /// Says what the transaction did.
    #[must_use]
    pub fn with_metadata(mut self, metadata: TransactionMetadata) -> Self {
        self.metadata = Some(metadata);
        self
    }

    // CONTENT.R15
    pub(crate) fn check(&self) -> Result<(), ContentError> {
        let Some(metadata) = &self.metadata else { return Ok(()) };
        let missing = [
            ("transactionType", metadata.transaction_type.is_none()),
            ("currency", metadata.currency.is_none()),
            ("amount", !metadata.amount.is_some_and(f64::is_finite)),
            ("decimals", metadata.decimals.is_none()),
            ("fromAddress", metadata.from_address.is_none()),
            ("toAddress", metadata.to_address.is_none()),
        ];
        match missing.into_iter().find(|(_, missing)| *missing) {
            Some((field, _)) => Err(ContentError::IncompleteMetadata(field)),
            None => Ok(()),
        }
    }
}

impl TransactionMetadata {
    /// A transfer of `amount` of the currency's smallest unit.
    pub fn transfer(
        currency: impl Into<String>,
        amount: f64,
        decimals: u32,
        from: impl Into<String>,
        to: impl Into<String>,
    ) -> Self {
        Self {
            transaction_type: Some("transfer".to_owned()),
            currency: Some(currency.into()),
            amount: Some(amount),
            decimals: Some(decimals),
            from_address: Some(from.into()),
            to_address: Some(to.into()),
            extra: JsonObject::new(),
        }
    }
}

impl fmt::Debug for TransactionReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionReference")
            .field("network_id", &Size::of(&self.network_id))
            .field("reference", &Size::of(&self.reference))
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TransactionMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionMetadata").finish_non_exhaustive()
    }
}

/// Reads and writes references to transactions.
#[derive(Clone, Copy, Debug)]
pub struct TransactionReferenceCodec;

impl Codec for TransactionReferenceCodec {
    type Content = TransactionReference;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::TRANSACTION_REFERENCE
    }

    fn encode(&self, reference: &TransactionReference) -> Result<EncodedContent, ContentError> {
        reference.check()?;
        Ok(encode(reference))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<TransactionReference, ContentError> {
        let mut value = json::value(encoded, WHAT)?;
        // CONTENT.R12
        match value.get_mut("transactionReference") {
            Some(wrapped) => json::read(wrapped.take(), WHAT),
            None => json::read(value, WHAT),
        }
    }

    fn fallback(&self, reference: &TransactionReference) -> Option<String> {
        Some(fallback(reference))
    }
}

pub(crate) fn encode(reference: &TransactionReference) -> EncodedContent {
    EncodedContent::new(ContentTypeId::TRANSACTION_REFERENCE, json::write(reference)).with_fallback(fallback(reference))
}

pub(crate) fn fallback(reference: &TransactionReference) -> String {
    match reference.reference.as_str() {
        "" => "Crypto transaction".to_owned(),
        hash => {
            format!("[Crypto transaction] Use a blockchain explorer to learn more using the transaction hash: {hash}")
        }
    }
}
