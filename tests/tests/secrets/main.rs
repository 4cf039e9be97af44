//! The most talkative log of a whole system at work (a node, two people and an agent, over gRPC, with encrypted
//! databases) holds neither what people wrote nor a key, and neither does what public types show of themselves.
//!
//! Everything that any crate writes to `tracing` or `log` is captured, libraries included. A secret is looked for in
//! every form in which Rust code shows bytes, as a whole and in halves. That the search finds what is there is shown by
//! leaking every secret on purpose at the end.
//!
//! What groups are called is held to the same, with one exception: the MLS library shows it at its lowest level.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod captured;
mod run;
mod secret;

use base64ct::{Base64, Encoding};
use captured::{Captured, without_mls_trace};
use secret::{Secret, squeezed};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_is_logged_or_shown_holds_plaintext_or_a_key() {
    let log = Captured::everything();
    let folder = tempfile::tempdir().unwrap();
    let run = run::whole_system(folder.path()).await;
    let logged = log.text();
    for who in ["xmtp_node::", "xmtp_delivery::", "openmls::", "h2::", "hyper_util::", "tonic::", "handler that logs"] {
        assert!(logged.contains(who), "the log of {who} was not captured");
    }
    for (what, text) in [("the log", &logged), ("what types show", &run.shown)] {
        let text = squeezed(text);
        for secret in &run.secrets {
            assert!(!secret.is_in(&text), "{} is in {what}", secret.name);
        }
    }
    let (of_mls, others) = without_mls_trace(&logged);
    let (of_mls, others) = (squeezed(&of_mls), squeezed(&others));
    assert!(run.names.iter().any(|name| name.is_in(&of_mls)), "the MLS library shows no names: drop the exception");
    for name in &run.names {
        assert!(!name.is_in(&others), "{} is in the log", name.name);
        assert!(!name.is_in(&squeezed(&run.shown)), "{} is in what types show", name.name);
    }

    for secret in &run.secrets {
        let before = log.text().len();
        tracing::trace!(target: "a_careless_crate", leaked = ?secret.bytes());
        assert!(secret.is_in(&squeezed(log.text().get(before..).unwrap())), "{} would not be found", secret.name);
    }
}

#[test]
fn a_secret_is_found_in_every_form() {
    for bytes in [b"the old oak has a hollow in it".to_vec(), (200..232).collect()] {
        let secret = Secret::new("a key", &bytes);
        let all = [
            hex::encode(&bytes),
            hex::encode_upper(&bytes),
            format!("{bytes:?}"),
            format!("{bytes:#?}"),
            format!("{bytes:x?}"),
            format!("{bytes:02X?}"),
            format!("{bytes:#x?}"),
            bytes.escape_ascii().to_string(),
            Base64::encode_string(&bytes),
            Base64::encode_string(&[b"x", bytes.as_slice()].concat()),
            Base64::encode_string(&[b"xy", bytes.as_slice()].concat()),
            hex::encode(&bytes[..bytes.len() / 2]),
        ];
        for shown in all {
            let line = format!("a crate says key={shown} and goes on");
            assert!(secret.is_in(&squeezed(&line)), "{line}");
        }
        assert!(!secret.is_in(&squeezed("nothing of the kind: 1, 2, 3, [0xc8], c8c9cacb, the old oak")));
    }
}
