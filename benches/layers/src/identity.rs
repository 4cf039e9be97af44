//! `xmtp-identity`: updates made, checked and folded.
use crate::Operation;
use anyhow::Result;
use std::hint::black_box;
use xmtp_crypto::InstallationKey;
use xmtp_identity::{InboxState, LocalWallet, UnverifiedUpdate, UpdateRequest, VerifiedUpdate, inbox_id_for};
use xmtp_types::{InboxId, Timestamp};

const LAYER: &str = "identity";
const WALLET: &str = "90b7388a7427358cb7fc7e9042805b1942eae47ee783e627a989719da35e76fb";
/// Updates in a log; the last is as long as a log may get.
const LOG_LENGTHS: [u64; 3] = [1, 10, 256];

/// What is measured.
///
/// # Errors
/// If one of them cannot be prepared.
pub fn operations() -> Result<Vec<Operation>> {
    let wallet = LocalWallet::from_hex(WALLET)?;
    let update = signed(&wallet, creation(&wallet)?, 0)?;
    let (bytes, text) = (update.encode(), update.signing_text());
    let (encoded, unread, unchecked) = (update.clone(), bytes, update.clone());
    let signer = LocalWallet::from_hex(WALLET)?;
    let mut all = vec![
        Operation::new(LAYER, "text of an update made", move || {
            black_box(black_box(&update).signing_text());
            Ok(())
        }),
        Operation::new(LAYER, "text signed by a wallet", move || {
            black_box(signer.sign_text(black_box(&text)));
            Ok(())
        }),
        Operation::new(LAYER, "update encoded", move || {
            black_box(black_box(&encoded).encode());
            Ok(())
        }),
        Operation::new(LAYER, "update decoded", move || {
            black_box(UnverifiedUpdate::decode(black_box(&unread))?);
            Ok(())
        }),
        Operation::new(LAYER, "update of a wallet and an installation checked", move || {
            black_box(unchecked.clone().verify()?);
            Ok(())
        }),
    ];
    let longest = log(&wallet, LOG_LENGTHS.into_iter().max().unwrap_or(1))?;
    for length in LOG_LENGTHS {
        let log: Vec<VerifiedUpdate> = longest.iter().take(usize::try_from(length)?).cloned().collect();
        let name = format!("log of {length} {} folded", if length == 1 { "update" } else { "updates" });
        all.push(Operation::new(LAYER, name, move || {
            black_box(InboxState::fold(black_box(&log))?);
            Ok(())
        }));
    }
    Ok(all)
}

/// A log in which an installation is added and revoked by turns.
fn log(wallet: &LocalWallet, length: u64) -> Result<Vec<VerifiedUpdate>> {
    let inbox = inbox(wallet)?;
    let mut log = vec![signed(wallet, creation(wallet)?, 0)?.verify()?];
    for number in 1..length {
        let (at, id) = (time(number), key(number - (number + 1) % 2).id());
        let request = if number % 2 == 1 {
            UpdateRequest::add_installation(inbox, &wallet.address(), id, at)?
        } else {
            UpdateRequest::revoke_installations(inbox, &wallet.address(), [id], at)?
        };
        log.push(signed(wallet, request, number)?.verify()?);
    }
    Ok(log)
}

fn creation(wallet: &LocalWallet) -> Result<UpdateRequest> {
    Ok(UpdateRequest::create_inbox(&wallet.address(), 0, Some(key(0).id()), time(0))?)
}

/// The request, signed by the wallet and, where it must, by the installation of this number.
fn signed(wallet: &LocalWallet, mut request: UpdateRequest, number: u64) -> Result<UnverifiedUpdate> {
    request.add_signature(wallet.sign_text(request.signing_text()).into())?;
    if !request.missing_signers().is_empty() {
        request.sign_with_installation(&key(number))?;
    }
    Ok(request.build()?)
}

fn inbox(wallet: &LocalWallet) -> Result<InboxId> {
    Ok(inbox_id_for(&wallet.address(), 0)?)
}

fn key(number: u64) -> InstallationKey {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    InstallationKey::from_seed(&seed)
}

const fn time(number: u64) -> Timestamp {
    Timestamp::from_secs(1_700_000_000 + number)
}
