//! Contents with fields of their own, and files, of a user of our client.
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use xmtp_client::Timestamp;
use xmtp_content_types::{
    Action, ActionStyle, Actions, Attachment, Content, ContentTypeId, EncodedContent, Intent, MultiRemoteAttachment,
    RemoteAttachment, TransactionReference, WalletSendCalls,
};
use xmtp_crypto::attachment::AttachmentKeys;

use super::Ours;
use crate::{
    seen::{Fields, plain},
    user::payload_and_keys,
};

impl Ours {
    pub(crate) async fn send_raw(
        &self,
        conversation: &str,
        type_id: &str,
        text: &str,
        fallback: &str,
    ) -> Result<String> {
        let (authority, name) = type_id.split_once('/').context("a content type has a slash")?;
        let encoded = EncodedContent::new(ContentTypeId::new(authority, name, 1, 0), text).with_fallback(fallback);
        Ok(self.find(conversation).await?.send(encoded.to_bytes(), true).await?.to_string())
    }

    #[expect(clippy::unused_async, reason = "the other client does it in another process")]
    pub(crate) async fn seal(&self, file: &Value) -> Result<(String, Value)> {
        let file = read_attachment(file)?;
        let keys = AttachmentKeys::generate()?;
        let sealed = keys.seal(&Content::from(file.clone()).to_bytes())?;
        payload_and_keys(plain(json!({
            "payload": hex::encode(&sealed.payload),
            "contentDigest": hex::encode(sealed.digest),
            "secret": hex::encode(keys.secret.as_slice()),
            "salt": hex::encode(keys.salt),
            "nonce": hex::encode(keys.nonce),
            "contentLength": sealed.payload.len(),
            "filename": file.filename,
        })))
    }

    #[expect(clippy::unused_async, reason = "the other client does it in another process")]
    pub(crate) async fn open_file(&self, payload: &str, remote: &Value) -> Result<Value> {
        let remote = read_remote(remote)?;
        let keys = AttachmentKeys { secret: remote.secret, salt: remote.salt, nonce: remote.nonce };
        match Content::from_bytes(&keys.open(&remote.content_digest, &hex::decode(payload)?)?) {
            Content::Attachment(file) => Ok(plain(attachment(&file))),
            other => bail!("{other:?} is no file"),
        }
    }
}

/// Our content of these fields; it may be sent.
pub(super) fn content(said: &Fields) -> Result<Content> {
    let fields = said.fields.clone();
    let content: Content = match said.type_id.as_str() {
        "xmtp.org/attachment" => read_attachment(&fields)?.into(),
        "xmtp.org/remoteStaticAttachment" => read_remote(&fields)?.into(),
        "xmtp.org/multiRemoteStaticAttachment" => {
            let files = fields.get("attachments").and_then(Value::as_array).context("no files")?;
            MultiRemoteAttachment::new(files.iter().map(read_remote).collect::<Result<Vec<_>>>()?).into()
        }
        "xmtp.org/transactionReference" => serde_json::from_value::<TransactionReference>(fields)?.into(),
        "xmtp.org/walletSendCalls" => serde_json::from_value::<WalletSendCalls>(fields)?.into(),
        "coinbase.com/actions" => read_actions(&fields)?.into(),
        "coinbase.com/intent" => serde_json::from_value::<Intent>(fields)?.into(),
        other => bail!("{other} is not sent so"),
    };
    content.check()?;
    Ok(content)
}

/// The fields of our content, if it has any.
pub(super) fn fields(content: &Content) -> Option<Fields> {
    let fields = match content {
        Content::Attachment(file) => attachment(file),
        Content::RemoteAttachment(file) => remote(file),
        Content::MultiRemoteAttachment(files) => {
            json!({ "attachments": files.attachments.iter().map(remote).collect::<Vec<_>>() })
        }
        Content::TransactionReference(reference) => json!(reference),
        Content::WalletSendCalls(calls) => json!(calls),
        Content::Actions(question) => actions(question),
        Content::Intent(intent) => json!(intent),
        _ => return None,
    };
    let id = content.type_id();
    Some(Fields {
        type_id: format!("{}/{}", id.authority(), id.name()),
        fields: plain(fields),
        fallback: content.fallback().map(Into::into),
    })
}

fn text(fields: &Value, name: &str) -> Result<String> {
    maybe_text(fields, name).with_context(|| format!("{name} is missing"))
}

fn maybe_text(fields: &Value, name: &str) -> Option<String> {
    fields.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn bytes<const N: usize>(fields: &Value, name: &str) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text(fields, name)?, &mut bytes)?;
    Ok(bytes)
}

fn read_attachment(fields: &Value) -> Result<Attachment> {
    Ok(Attachment {
        filename: maybe_text(fields, "filename"),
        mime_type: text(fields, "mimeType")?,
        data: hex::decode(text(fields, "content")?)?,
    })
}

fn attachment(file: &Attachment) -> Value {
    json!({ "filename": file.filename, "mimeType": file.mime_type, "content": hex::encode(&file.data) })
}

fn read_remote(fields: &Value) -> Result<RemoteAttachment> {
    let (digest, secret) = (bytes(fields, "contentDigest")?, bytes(fields, "secret")?);
    let (salt, nonce) = (bytes(fields, "salt")?, bytes(fields, "nonce")?);
    let file = RemoteAttachment::new(text(fields, "url")?, digest, secret.into(), salt, nonce);
    Ok(RemoteAttachment {
        scheme: text(fields, "scheme")?,
        content_length: fields.get("contentLength").and_then(Value::as_u64),
        filename: maybe_text(fields, "filename"),
        ..file
    })
}

fn remote(file: &RemoteAttachment) -> Value {
    json!({
        "url": file.url,
        "contentDigest": hex::encode(file.content_digest),
        "secret": hex::encode(file.secret.as_slice()),
        "salt": hex::encode(file.salt),
        "nonce": hex::encode(file.nonce),
        "scheme": file.scheme,
        "contentLength": file.content_length,
        "filename": file.filename,
    })
}

const STYLES: [ActionStyle; 3] = [ActionStyle::Primary, ActionStyle::Secondary, ActionStyle::Danger];

fn read_actions(fields: &Value) -> Result<Actions> {
    let buttons = fields.get("actions").and_then(Value::as_array).context("no actions")?;
    let button = |fields: &Value| -> Result<Action> {
        let style = fields.get("style").and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
        Ok(Action {
            image_url: maybe_text(fields, "imageUrl"),
            style: style.and_then(|number| STYLES.get(number).copied()),
            expires_at: time(fields)?,
            ..Action::new(text(fields, "id")?, text(fields, "label")?)
        })
    };
    let buttons = buttons.iter().map(button).collect::<Result<Vec<_>>>()?;
    let question = Actions::new(text(fields, "id")?, text(fields, "description")?, buttons);
    Ok(Actions { expires_at: time(fields)?, ..question })
}

fn time(fields: &Value) -> Result<Option<Timestamp>> {
    Ok(maybe_text(fields, "expiresAtNs").map(|nanos| nanos.parse()).transpose()?.map(Timestamp::from_nanos))
}

fn actions(question: &Actions) -> Value {
    let nanos = |time: Option<Timestamp>| time.map(|time| time.as_nanos().to_string());
    let button = |action: &Action| {
        json!({
            "id": action.id,
            "label": action.label,
            "imageUrl": action.image_url,
            "style": action.style.and_then(|style| STYLES.iter().position(|known| *known == style)),
            "expiresAtNs": nanos(action.expires_at),
        })
    };
    json!({
        "id": question.id,
        "description": question.description,
        "actions": question.actions.iter().map(button).collect::<Vec<_>>(),
        "expiresAtNs": nanos(question.expires_at),
    })
}
