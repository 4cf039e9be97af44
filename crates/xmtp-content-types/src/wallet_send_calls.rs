//! A request to a wallet to make calls on a blockchain: `xmtp.org/walletSendCalls:1.0`, a JSON object.
//!
//! Source of fact: XIP-59 (which follows EIP-5792) and observed bytes.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent, JsonObject, json, redact::Size};
use serde::{Deserialize, Serialize};
use std::fmt;

const WHAT: &str = "request for wallet calls";

/// A request to a wallet to make calls on a blockchain.
#[derive(Clone, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WalletSendCalls {
    /// The version of the form, `1.0`.
    #[serde(deserialize_with = "json::text")]
    pub version: String,
    /// The chain, in hexadecimal after `0x`.
    #[serde(deserialize_with = "json::quantity")]
    pub chain_id: String,
    /// The account that is to make the calls.
    pub from: String,
    /// The calls, in order.
    pub calls: Vec<WalletCall>,
    /// What the application asks of the wallet, any JSON. Released clients cannot read a message in which one of these
    /// is anything but text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<JsonObject>,
}

/// One call. Numbers and bytes are in hexadecimal after `0x`.
#[derive(Clone, Default, Deserialize, PartialEq, Serialize)]
pub struct WalletCall {
    /// The account or contract that is called; absent where a contract is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The input of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// What is paid along, in wei.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::maybe_quantity")]
    pub value: Option<String>,
    /// The most gas the call may use.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::maybe_quantity")]
    pub gas: Option<String>,
    /// What the call is for, in words of the sender. The input of the call decides what it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<WalletCallMetadata>,
}

/// What a call is for, in words of the sender.
#[derive(Clone, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WalletCallMetadata {
    /// What a person is shown; empty if the sender gave nothing.
    #[serde(default)]
    pub description: String,
    /// Such as `transfer`; empty if the sender gave nothing.
    #[serde(default)]
    pub transaction_type: String,
    /// Anything else, any JSON. Released clients cannot read a message in which one of these is anything but text.
    #[serde(flatten)]
    pub extra: JsonObject,
}

impl WalletSendCalls {
    /// Asks `from` to make these calls.
    pub fn new(chain_id: u64, from: impl Into<String>, calls: impl Into<Vec<WalletCall>>) -> Self {
        Self {
            version: "1.0".to_owned(),
            chain_id: format!("{chain_id:#x}"),
            from: from.into(),
            calls: calls.into(),
            capabilities: None,
        }
    }

    /// The chain as a number, if it is one: hexadecimal after `0x`, else decimal.
    pub fn chain(&self) -> Option<u64> {
        match self.chain_id.strip_prefix("0x").or_else(|| self.chain_id.strip_prefix("0X")) {
            Some(digits) => u64::from_str_radix(digits, 16).ok(),
            None => self.chain_id.parse().ok(),
        }
    }

    // CONTENT.R15
    pub(crate) fn check(&self) -> Result<(), ContentError> {
        if self.calls.is_empty() { Err(ContentError::Empty { what: "list of wallet calls" }) } else { Ok(()) }
    }
}

impl fmt::Debug for WalletSendCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WalletSendCalls")
            .field("chain_id", &Size::of(&self.chain_id))
            .field("calls", &self.calls.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for WalletCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WalletCall").field("data", &self.data.as_deref().map(Size::of)).finish_non_exhaustive()
    }
}

impl fmt::Debug for WalletCallMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WalletCallMetadata").field("description", &Size::of(&self.description)).finish_non_exhaustive()
    }
}

/// Reads and writes requests for wallet calls.
#[derive(Clone, Copy, Debug)]
pub struct WalletSendCallsCodec;

impl Codec for WalletSendCallsCodec {
    type Content = WalletSendCalls;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::WALLET_SEND_CALLS
    }

    fn encode(&self, request: &WalletSendCalls) -> Result<EncodedContent, ContentError> {
        request.check()?;
        Ok(encode(request))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<WalletSendCalls, ContentError> {
        json::read(json::value(encoded, WHAT)?, WHAT)
    }

    fn fallback(&self, request: &WalletSendCalls) -> Option<String> {
        Some(fallback(request))
    }
}

pub(crate) fn encode(request: &WalletSendCalls) -> EncodedContent {
    EncodedContent::new(ContentTypeId::WALLET_SEND_CALLS, json::write(request)).with_fallback(fallback(request))
}

pub(crate) fn fallback(request: &WalletSendCalls) -> String {
    format!("[Transaction request generated]: {}", json::write(request))
}
