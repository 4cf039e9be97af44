//! Content types with fields of their own: each field, and the fallback, from each side to the other.
use anyhow::Result;
use serde_json::{Value, json};

use super::{
    Scenario,
    content::{both_send, dm},
    scenarios,
};
use crate::{
    check::{same, same_group},
    seen::{Fields, Said},
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "contents_attachment: a file within a message, with a name and without" => attachment,
        "contents_remote: a sealed file on a server is announced" => remote,
        "contents_multi_remote: several sealed files on servers are announced" => multi_remote,
        "contents_sealed: what one side seals the other opens" => sealed,
        "contents_transaction: a transaction with all that can be said of it, and with the least" => transaction,
        "contents_calls: calls that a wallet is asked for" => calls,
        "contents_actions: questions with buttons, and answers" => actions,
        "contents_any_json: wallet calls with capabilities of any JSON reach ours, and the other side as a fallback" => any_json,
        "contents_wrapped: a transaction wrapped by a wallet reaches ours, and the other side as a fallback" => wrapped,
    ]
}

fn said(type_id: &str, fallback: &str, fields: Value) -> Said {
    Said::Fields(Fields { type_id: type_id.to_owned(), fields, fallback: Some(fallback.to_owned()) })
}

async fn attachment(world: World) -> Result<()> {
    let file = |fallback: &str, fields: Value| said("xmtp.org/attachment", fallback, fields);
    let named = json!({ "filename": "grüße.txt", "mimeType": "text/plain", "content": "6869" });
    let nameless = json!({ "mimeType": "application/octet-stream", "content": "00ff" });
    let large = json!({ "filename": "large.bin", "mimeType": "", "content": "5a".repeat(500_000) });
    let files = [
        file("Can't display grüße.txt. This app doesn't support attachments.", named),
        file("Can't display this content. This app doesn't support attachments.", nameless),
        file("Can't display large.bin. This app doesn't support attachments.", large),
    ];
    both_send(&world, &files).await.map(drop)
}

fn sealed_file(name: &str) -> Value {
    json!({
        "url": format!("https://files.example/{name}"),
        "contentDigest": "cd".repeat(32),
        "secret": "01".repeat(32),
        "salt": "02".repeat(32),
        "nonce": "03".repeat(12),
        "scheme": "https://",
        "contentLength": 18,
        "filename": name,
    })
}

async fn remote(world: World) -> Result<()> {
    let mut nameless = sealed_file("b.txt");
    nameless.as_object_mut().map(|fields| fields.remove("filename"));
    let files = [
        ("Can't display a.txt. This app doesn't support remote attachments.", sealed_file("a.txt")),
        ("Can't display this content. This app doesn't support remote attachments.", nameless),
    ];
    let files = files.map(|(fallback, fields)| said("xmtp.org/remoteStaticAttachment", fallback, fields));
    both_send(&world, &files).await.map(drop)
}

async fn multi_remote(world: World) -> Result<()> {
    let mut bare = sealed_file("b.txt");
    if let Some(fields) = bare.as_object_mut() {
        fields.remove("filename");
        fields.remove("contentLength");
    }
    let fallback = "Can't display this content. This app doesn't support multiple remote attachments.";
    let fields = json!({ "attachments": [sealed_file("a.txt"), bare, sealed_file("c.txt")] });
    both_send(&world, &[said("xmtp.org/multiRemoteStaticAttachment", fallback, fields)]).await.map(drop)
}

async fn sealed(world: World) -> Result<()> {
    let (alix, bo) = (world.opener("alix").await?, world.other("bo").await?);
    let files = [
        json!({ "filename": "a.txt", "mimeType": "text/plain", "content": "6869" }),
        json!({ "filename": "empty", "mimeType": "", "content": "" }),
        json!({ "filename": "large.bin", "mimeType": "video/mp4", "content": "a5".repeat(300_000) }),
    ];
    for (from, to) in [(&alix, &bo), (&bo, &alix)] {
        for file in &files {
            let (payload, remote) = from.seal(file).await?;
            same("the file", &to.open_file(&payload, &remote).await?, file)?;
        }
    }
    Ok(())
}

async fn transaction(world: World) -> Result<()> {
    let hash = format!("0x{}", "ab".repeat(32));
    let refer = |fallback: &str, fields: Value| said("xmtp.org/transactionReference", fallback, fields);
    let full = |amount: Value| {
        json!({
            "namespace": "eip155",
            "networkId": "0x2105",
            "reference": hash,
            "metadata": {
                "transactionType": "transfer",
                "currency": "USDC",
                "amount": amount,
                "decimals": 6,
                "fromAddress": format!("0x{}", "11".repeat(20)),
                "toAddress": format!("0x{}", "22".repeat(20)),
            },
        })
    };
    let named =
        format!("[Crypto transaction] Use a blockchain explorer to learn more using the transaction hash: {hash}");
    let least = json!({ "networkId": "1", "reference": "" });
    let references =
        [refer(&named, full(json!(100_000))), refer(&named, full(json!(0.1))), refer("Crypto transaction", least)];
    both_send(&world, &references).await.map(drop)
}

async fn calls(world: World) -> Result<()> {
    let from = format!("0x{}", "11".repeat(20));
    let to = format!("0x{}", "22".repeat(20));
    let one = format!(
        r#"{{"version":"1.0","chainId":"0x14a34","from":"{from}","calls":[{{"to":"{to}","data":"0xa9059cbb","value":"0x0","gas":"0x5208","metadata":{{"description":"Send 1 USDC","transactionType":"transfer","hostname":"example.com"}}}}],"capabilities":{{"paymaster":"https://example.com"}}}}"#
    );
    let many = format!(
        r#"{{"version":"1.0","chainId":"0x1","from":"{from}","calls":[{{"to":"{to}","data":"0x"}},{{"value":"0x1"}},{{}}]}}"#
    );
    let request = |json: &str| -> Result<Said> {
        let fallback = format!("[Transaction request generated]: {json}");
        Ok(said("xmtp.org/walletSendCalls", &fallback, serde_json::from_str(json)?))
    };
    both_send(&world, &[request(&one)?, request(&many)?]).await.map(drop)
}

async fn actions(world: World) -> Result<()> {
    let question = json!({
        "id": "menu-1",
        "description": "Pick \"one\"",
        "actions": [
            { "id": "yes", "label": "Yes", "style": 0 },
            { "id": "later", "label": "Später", "style": 1, "imageUrl": "https://x/y.png" },
            { "id": "no", "label": "No", "style": 2, "expiresAtNs": "1735689600000000000" },
            { "id": "plain", "label": "" },
        ],
        "expiresAtNs": "1767225599123000000",
    });
    let ten: Vec<_> = (1..=10).map(|number| json!({ "id": format!("{number}"), "label": "x" })).collect();
    let ten = json!({ "id": "menu-2", "description": "", "actions": ten });
    let numbered = (1..=10).map(|number| format!("[{number}] x")).collect::<Vec<_>>().join("\n");
    let end = "Reply with the number to select";
    let contents = [
        said("coinbase.com/actions", &format!("Pick \"one\"\n\n[1] Yes\n[2] Später\n[3] No\n[4] \n\n{end}"), question),
        said("coinbase.com/actions", &format!("\n\n{numbered}\n\n{end}"), ten),
        said("coinbase.com/intent", "User selected action: yes", json!({ "id": "menu-1", "actionId": "yes" })),
        said(
            "coinbase.com/intent",
            "User selected action: no",
            json!({ "id": "menu-1", "actionId": "no", "metadata": { "why": ["late", 7, 0.5, true, { "deep": "yes" }] } }),
        ),
    ];
    both_send(&world, &contents).await.map(drop)
}

/// Each side sends content that only ours reads: `fields` is what is read, or else the fallback stands there.
async fn only_ours_reads(world: &World, type_id: &str, text: &str, fields: Value, fallback: &str) -> Result<()> {
    let (alix, bo, dm) = dm(world).await?;
    for from in [&alix, &bo] {
        let id = from.send_raw(&dm, type_id, text, "a fallback").await?;
        same_group(&[&alix, &bo], &dm).await?;
        for user in [&alix, &bo] {
            let expected = match user {
                User::Ours(_) => said(type_id, fallback, fields.clone()),
                User::Official(_) => {
                    Said::Unknown { type_id: type_id.to_owned(), fallback: Some("a fallback".to_owned()) }
                }
            };
            let seen = user.message(&id).await?.map(|message| message.said);
            same("what is read", &seen, &Some(expected))?;
        }
    }
    Ok(())
}

async fn any_json(world: World) -> Result<()> {
    let text = r#"{"version":"1.0","chainId":"0x1","from":"0x11","calls":[{"to":"0x22","metadata":{"description":"Pay","transactionType":"pay","note":{"a":1}}}],"capabilities":{"paymasterService":{"optional":true,"url":"https://example.com"}}}"#;
    let fallback = format!("[Transaction request generated]: {text}");
    only_ours_reads(&world, "xmtp.org/walletSendCalls", text, serde_json::from_str(text)?, &fallback).await
}

async fn wrapped(world: World) -> Result<()> {
    let text = r#"{"transactionReference":{"namespace":"eip155","networkId":8453,"reference":"0xabc"}}"#;
    let fields = json!({ "namespace": "eip155", "networkId": "8453", "reference": "0xabc" });
    let fallback = "[Crypto transaction] Use a blockchain explorer to learn more using the transaction hash: 0xabc";
    only_ours_reads(&world, "xmtp.org/transactionReference", text, fields, fallback).await
}
