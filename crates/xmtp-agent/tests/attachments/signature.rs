//! Signatures of S3, checked as a server checks them.
//!
//! Source of fact: AWS, "Authenticating requests: using query parameters (Signature Version 4)".
use axum::http::{HeaderMap, Method, Uri, header::HOST};
use std::collections::BTreeMap;
use xmtp_crypto::hash::{hmac_sha256, sha256};

pub(crate) const KEY: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "the secret of the bucket";
pub(crate) const REGION: &str = "eu-central-1";

/// Whether a request bears the signature of the one key that this server knows.
pub(crate) fn is_right(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    let mut query: BTreeMap<&str, &str> =
        uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('=')).collect();
    let Some(signature) = query.remove("X-Amz-Signature") else { return false };
    let Some(date) = query.get("X-Amz-Date") else { return false };
    let day = &date[..8];
    let scope = format!("{day}/{REGION}/s3/aws4_request");
    let credential = format!("{KEY}/{scope}").replace('/', "%2F");
    if query.get("X-Amz-Credential") != Some(&credential.as_str()) || query.get("X-Amz-SignedHeaders") != Some(&"host")
    {
        return false;
    }
    let sorted: Vec<_> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let host = headers.get(HOST).unwrap().to_str().unwrap();
    let request = format!("{method}\n{}\n{}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD", uri.path(), sorted.join("&"));
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex::encode(sha256(request.as_bytes())));
    let key = [day, REGION, "s3", "aws4_request"]
        .iter()
        .fold(format!("AWS4{SECRET}").into_bytes(), |key, part| hmac_sha256(&key, part.as_bytes()).to_vec());
    hex::encode(hmac_sha256(&key, to_sign.as_bytes())) == signature
}
