//! JSON-RPC to a chain on this machine, over the least HTTP that serves.
use crate::AnvilError;
use alloy_primitives::{Address, Bytes, U64};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Speaks to the chain at one address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rpc {
    pub(crate) address: String,
}

impl Rpc {
    /// What `method` returns.
    ///
    /// # Errors
    /// [`AnvilError::Failed`].
    pub(crate) async fn call(&self, method: &'static str, parameters: Value) -> Result<Value, AnvilError> {
        let failed = |reason: String| AnvilError::Failed { method, reason };
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters }).to_string();
        let response = self.post(&request).await.map_err(|error| failed(error.to_string()))?;
        let (_, body) = response.split_once("\r\n\r\n").ok_or_else(|| failed("no HTTP".to_owned()))?;
        let mut answer: Value = serde_json::from_str(body).map_err(|error| failed(error.to_string()))?;
        match answer.get_mut("result") {
            Some(result) => Ok(result.take()),
            None => Err(failed(answer.to_string())),
        }
    }

    /// One request, on a connection that the chain closes once it has answered.
    async fn post(&self, body: &str) -> std::io::Result<String> {
        let (address, length) = (&self.address, body.len());
        let head = format!("POST / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
        let head = format!("{head}content-type: application/json\r\ncontent-length: {length}\r\n\r\n");
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all((head + body).as_bytes()).await?;
        let mut response = String::new();
        stream.read_to_string(&mut response).await?;
        Ok(response)
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
