//! The ledger a second time: the tables of `xips/identity.md`, read from top to bottom, in the plainest code there is.
//!
//! It shares nothing with the crate, is slow, and keeps lists where the crate keeps maps. Random logs are folded by both
//! ([`play`]); where they differ, one of them misread the rules.
#![allow(dead_code, reason = "some of those who share the file use a part of it")]

mod compare;
mod play;
mod script;

pub(crate) use play::{Tally, play};
pub(crate) use script::{Cast, Planned};

use sha2::{Digest, Sha256};

/// Anyone an update can name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Name {
    Account(String),
    Passkey(Vec<u8>),
    Installation(Vec<u8>),
}

/// How a signature was made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum How {
    Account,
    Contract,
    Legacy,
    Passkey,
    Installation,
}

/// A signature that holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Proof {
    pub(crate) by: Name,
    pub(crate) how: How,
    pub(crate) chain: Option<u64>,
    pub(crate) bytes: Vec<u8>,
}

/// An action.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Deed {
    Create { first: Name, nonce: u64, proof: Proof },
    Add { new: Name, existing_proof: Proof, new_proof: Proof },
    Revoke { whom: Name, proof: Proof },
    ChangeRecovery { to: Name, proof: Proof },
}

/// An update.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Update {
    pub(crate) inbox: String,
    pub(crate) at: u64,
    pub(crate) deeds: Vec<Deed>,
}

/// A member as the inbox records it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) name: Name,
    pub(crate) added_by: Option<Name>,
    pub(crate) added_at: Option<u64>,
    pub(crate) chain: Option<u64>,
}

/// An inbox.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inbox {
    pub(crate) id: String,
    pub(crate) members: Vec<Entry>,
    pub(crate) recovery: Name,
    pub(crate) used: Vec<Vec<u8>>,
}

type Verdict<T> = Result<T, &'static str>;

/// The inbox after an update, or the rule that refuses it.
pub(crate) fn apply(before: Option<&Inbox>, update: &Update) -> Verdict<Inbox> {
    let mut inbox = before.cloned();
    for deed in &update.deeds {
        inbox = Some(match (inbox, deed) {
            (None, Deed::Create { first, nonce, proof }) => create(first, *nonce, proof)?,
            (Some(_), Deed::Create { .. }) => return Err("ID.R25"),
            (None, _) => return Err("ID.R24"),
            (Some(inbox), Deed::Add { new, existing_proof, new_proof }) => {
                add(inbox, new, existing_proof, new_proof, update.at)?
            }
            (Some(inbox), Deed::Revoke { whom, proof }) => revoke(inbox, whom, proof)?,
            (Some(inbox), Deed::ChangeRecovery { to, proof }) => {
                by_recovery(&inbox, proof)?;
                Inbox { recovery: to.clone(), ..inbox }
            }
        });
    }
    let Some(mut inbox) = inbox else { return Err("ID.R26") };
    rule("ID.R27", inbox.id == update.inbox)?;
    for deed in &update.deeds {
        match deed {
            Deed::Add { existing_proof, new_proof, .. } => {
                inbox.used.push(existing_proof.bytes.clone());
                inbox.used.push(new_proof.bytes.clone());
            }
            Deed::Create { proof, .. } | Deed::Revoke { proof, .. } | Deed::ChangeRecovery { proof, .. } => {
                inbox.used.push(proof.bytes.clone());
            }
        }
    }
    Ok(inbox)
}

fn create(first: &Name, nonce: u64, proof: &Proof) -> Verdict<Inbox> {
    rule("ID.R29", proof.by == *first)?;
    rule("ID.R30", fits(proof))?;
    rule("ID.R31", proof.how != How::Legacy || nonce == 0)?;
    let id = inbox_id(first, nonce)?;
    let creator = Entry { name: first.clone(), added_by: None, added_at: None, chain: proof.chain };
    Ok(Inbox { id, members: vec![creator], recovery: first.clone(), used: vec![] })
}

fn add(inbox: Inbox, new: &Name, existing_proof: &Proof, new_proof: &Proof, at: u64) -> Verdict<Inbox> {
    let existing = &existing_proof.by;
    rule("ID.R32", !inbox.used.contains(&existing_proof.bytes))?;
    rule("ID.R32", !inbox.used.contains(&new_proof.bytes))?;
    rule("ID.R33", new_proof.by == *new)?;
    rule("ID.R34", existing != new)?;
    let any_legacy = existing_proof.how == How::Legacy || new_proof.how == How::Legacy;
    if any_legacy && !is_installation(existing) {
        rule("ID.R35", inbox_id(existing, 0)? == inbox.id)?;
    }
    rule("ID.R30", fits(new_proof))?;
    match inbox.members.iter().find(|entry| entry.name == *existing) {
        Some(entry) => rule("ID.R36", entry.chain == existing_proof.chain)?,
        None => {
            rule("ID.R37", *existing == inbox.recovery)?;
            rule("ID.R38", existing_proof.how != How::Legacy)?;
        }
    }
    rule("ID.R30", fits(existing_proof))?;
    rule("ID.R39", !(is_installation(existing) && is_installation(new)))?;

    let mut members: Vec<_> = inbox.members.into_iter().filter(|entry| entry.name != *new).collect();
    members.push(Entry {
        name: new.clone(),
        added_by: Some(existing.clone()),
        added_at: Some(at),
        chain: new_proof.chain,
    });
    Ok(Inbox { members, ..inbox })
}

fn revoke(inbox: Inbox, whom: &Name, proof: &Proof) -> Verdict<Inbox> {
    by_recovery(&inbox, proof)?;
    let stays = |entry: &Entry| {
        let was_added_by_them = entry.added_by.as_ref() == Some(whom);
        entry.name != *whom && !(is_installation(&entry.name) && was_added_by_them)
    };
    let members = inbox.members.iter().filter(|entry| stays(entry)).cloned().collect();
    Ok(Inbox { members, ..inbox })
}

/// What revoking and changing recovery have in common.
fn by_recovery(inbox: &Inbox, proof: &Proof) -> Verdict<()> {
    rule("ID.R32", !inbox.used.contains(&proof.bytes))?;
    for entry in &inbox.members {
        if entry.name == proof.by {
            rule("ID.R36", entry.chain == proof.chain)?;
        }
    }
    rule("ID.R41", proof.how != How::Legacy)?;
    rule("ID.R42", proof.by == inbox.recovery)
}

/// ID.R30: accounts as account, contract or legacy; passkeys as passkey; installations, whose keys are 32 bytes, as
/// installation.
fn fits(proof: &Proof) -> bool {
    match &proof.by {
        Name::Account(_) => matches!(proof.how, How::Account | How::Contract | How::Legacy),
        Name::Passkey(_) => proof.how == How::Passkey,
        Name::Installation(key) => proof.how == How::Installation && key.len() == 32,
    }
}

fn is_installation(name: &Name) -> bool {
    matches!(name, Name::Installation(_))
}

/// ID.R1 and ID.R2.
pub(crate) fn inbox_id(name: &Name, nonce: u64) -> Verdict<String> {
    let text = match name {
        Name::Account(address) => {
            let digits = address.strip_prefix("0x").ok_or("ID.R2")?;
            rule("ID.R2", digits.len() == 40 && digits.chars().all(|digit| digit.is_ascii_hexdigit()))?;
            address.clone()
        }
        Name::Passkey(key) | Name::Installation(key) => hex::encode(key),
    };
    Ok(hex::encode(Sha256::digest(text + &nonce.to_string())))
}

fn rule(id: &'static str, holds: bool) -> Verdict<()> {
    if holds { Ok(()) } else { Err(id) }
}
