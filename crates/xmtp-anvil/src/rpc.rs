//! JSON-RPC to a chain on this machine.
use crate::AnvilError;
use alloy_primitives::{Address, Bytes, U64};
use reqwest::{Client, header::CONTENT_TYPE};
use serde_json::{Value, json};

/// Speaks to one chain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rpc {
    url: String,
    client: Client,
}

impl Rpc {
    pub(crate) fn new(url: String) -> Self {
        Self { url, client: Client::new() }
    }

    /// What `method` returns.
    ///
    /// # Errors
    /// [`AnvilError::Failed`].
    pub(crate) async fn call(&self, method: &'static str, parameters: Value) -> Result<Value, AnvilError> {
        let failed = |reason: String| AnvilError::Failed { method, reason };
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters }).to_string();
        let request = self.client.post(&self.url).header(CONTENT_TYPE, "application/json").body(request);
        let response = request.send().await.map_err(|error| failed(error.to_string()))?;
        let body = response.bytes().await.map_err(|error| failed(error.to_string()))?;
        let mut answer: Value = serde_json::from_slice(&body).map_err(|error| failed(error.to_string()))?;
        match answer.get_mut("result") {
            Some(result) => Ok(result.take()),
            None => Err(failed(answer.to_string())),
        }
    }

    /// What `method`, which takes nothing, returns as a number.
    ///
    /// # Errors
    /// [`AnvilError::Failed`].
    pub(crate) async fn number(&self, method: &'static str) -> Result<u64, AnvilError> {
        let value = self.call(method, json!([])).await?;
        let number: U64 =
            serde_json::from_value(value).map_err(|error| AnvilError::Failed { method, reason: error.to_string() })?;
        Ok(number.to())
    }

    /// Sends a transaction of `from`, waits until it is in a block, and answers the contract it made, if it made one.
    ///
    /// # Errors
    /// [`AnvilError::Failed`], also if it was undone.
    pub(crate) async fn transact(
        &self,
        from: Address,
        to: Option<Address>,
        data: Bytes,
    ) -> Result<Option<Address>, AnvilError> {
        const METHOD: &str = "eth_sendTransactionSync";
        let receipt = self.call(METHOD, json!([{ "from": from, "to": to, "data": data }])).await?;
        let failed = |reason: String| AnvilError::Failed { method: METHOD, reason };
        if receipt.get("status").and_then(Value::as_str) != Some("0x1") {
            return Err(failed("the transaction was undone".to_owned()));
        }
        let made = receipt.get("contractAddress").cloned().unwrap_or_default();
        serde_json::from_value(made).map_err(|error| failed(error.to_string()))
    }
}
