//! Inboxes: made by one side, read, extended, revoked and recovered by the other.
use std::collections::BTreeSet;

use super::{Scenario, scenarios};
use crate::{inbox::Inbox, user::User};

mod accounts;
mod contracts;
mod installations;
mod look_up;
mod passkeys;
mod recovery;
mod register;
mod revocation;
mod signing;

pub(crate) fn all() -> Vec<Scenario> {
    [
        register::all(),
        look_up::all(),
        signing::all(),
        accounts::all(),
        recovery::all(),
        installations::all(),
        revocation::all(),
        passkeys::all(),
        contracts::all(),
    ]
    .concat()
}

/// Installation ids of users.
fn installations_of(users: &[&User]) -> BTreeSet<String> {
    users.iter().map(|user| user.installation_id().to_owned()).collect()
}

/// Installation ids of an inbox.
fn installations_in(inbox: &Inbox) -> BTreeSet<String> {
    inbox.installations.keys().cloned().collect()
}
