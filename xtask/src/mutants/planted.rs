//! The bugs, and who must notice each.
use anyhow::{Context, Result, ensure};

/// A mistake somebody could make.
#[derive(Debug)]
pub(super) struct Planted {
    /// What goes wrong.
    pub(super) name: &'static str,
    /// Where, from the root.
    pub(super) file: &'static str,
    /// What stands there, exactly once.
    pub(super) text: &'static str,
    /// What stands there instead.
    pub(super) instead: &'static str,
    /// The package whose tests must notice.
    pub(super) package: &'static str,
    /// Which of its programs, as cargo is told.
    pub(super) target: &'static [&'static str],
    /// At least one of these tests must fail. Each is a part of a name that finds at least one test.
    pub(super) tests: &'static [&'static str],
}

impl Planted {
    /// The file with the bug in it.
    ///
    /// # Errors
    /// If the text is not there exactly once.
    pub(super) fn plant(&self, whole: &str) -> Result<String> {
        let (before, after) = whole.split_once(self.text).context("the text to be replaced is not there any more")?;
        ensure!(!after.contains(self.text), "the text to be replaced is there more than once");
        Ok(format!("{before}{}{after}", self.instead))
    }
}

const LIB: &[&str] = &["--lib"];
const ENGINE: &[&str] = &["--test", "engine"];

/// All of them.
pub(super) const PLANTED: &[Planted] = &[
    Planted {
        name: "an envelope that was seen before is dealt with again",
        file: "crates/xmtp-mls/src/ingest.rs",
        text: "if seen {",
        instead: "if seen && self.now.as_nanos() == 0 {",
        package: "xmtp-mls",
        target: ENGINE,
        tests: &["the_cursor_covers_what_was_dealt_with"],
    },
    Planted {
        name: "a cursor does not move with what was stored",
        file: "crates/xmtp-mls/src/ingest.rs",
        text: "self.tx().advance_cursor(&delivered.topic, delivered.originator, delivered.sequence_id)",
        instead: "self.tx().advance_cursor(&delivered.topic, delivered.originator, SequenceId::ZERO)",
        package: "xmtp-mls",
        target: ENGINE,
        tests: &["the_cursor_covers_what_was_dealt_with"],
    },
    Planted {
        name: "an envelope of a group that is not known yet is passed over",
        file: "crates/xmtp-mls/src/ingest.rs",
        text: "if !matches!(error, EngineError::UnknownGroup) {",
        instead: "if !matches!(error, EngineError::Halted(_)) {",
        package: "xmtp-mls",
        target: ENGINE,
        tests: &["an_envelope_of_a_group_that_is_not_known_yet_does_not_move_its_cursor"],
    },
    Planted {
        name: "an own envelope counts as returned on the topic of any group",
        file: "crates/xmtp-mls/src/ingest.rs",
        text: ".filter(|row| row.wish.group == group)",
        instead: ".filter(|row| row.wish.group != GroupId::from([0; 16]))",
        package: "xmtp-mls",
        target: ENGINE,
        tests: &["our_envelope_on_the_topic_of_another_group_is_not_taken_for_its_return"],
    },
    Planted {
        name: "an attempt that fails keeps what it wrote to the store",
        file: "crates/xmtp-mls/src/engine.rs",
        text: "self.tx().rollback_to_savepoint()?;",
        instead: "",
        package: "xmtp-mls",
        target: ENGINE,
        tests: &[
            "an_attempt_that_fails_leaves_what_came_before_it",
            "an_attempt_that_fails_takes_those_inside_it_along",
        ],
    },
    Planted {
        name: "an attempt that fails keeps what it wrote of MLS state",
        file: "crates/xmtp-mls/src/engine.rs",
        text: "self.overlay.borrow_mut().undo_job();",
        instead: "self.overlay.borrow_mut().keep_job();",
        package: "xmtp-mls",
        target: &[],
        tests: &["an_attempt_that_fails", "is_refused"],
    },
    Planted {
        name: "a group that failed half-way stays loaded as it is",
        file: "crates/xmtp-mls/src/engine.rs",
        text: "            self.loaded.remove(&id);",
        instead: "            drop(id);",
        package: "xmtp-mls",
        target: ENGINE,
        tests: &["_once"],
    },
    Planted {
        name: "an own commit counts although another of its epoch came first",
        file: "crates/xmtp-mls/src/intent/resolve.rs",
        text: "if made == now && mls.pending_commit().is_some() {",
        instead: "if mls.pending_commit().is_some() {",
        package: "xmtp-mls",
        target: ENGINE,
        tests: &["members_converge_and_every_message_arrives_once"],
    },
    Planted {
        name: "a commit of an epoch that has passed is sent again as it is",
        file: "crates/xmtp-mls/src/intent/settle.rs",
        text: "if (is_commit && made != now) || is_too_old(made, now) {",
        instead: "if !is_commit && is_too_old(made, now) {",
        package: "xmtp-mls",
        target: ENGINE,
        tests: &["members_converge_and_every_message_arrives_once"],
    },
    Planted {
        name: "a message that nobody can open any more is not made anew",
        file: "crates/xmtp-mls/src/intent/resolve.rs",
        text: "now.since(made) > PAST_EPOCHS_KEPT as u64",
        instead: "now.since(made) > 2 + PAST_EPOCHS_KEPT as u64",
        package: "xmtp-mls",
        target: ENGINE,
        tests: &["a_message_that_came_too_late_is_made_anew_by_its_sender_and_arrives_once"],
    },
    Planted {
        name: "no policy is asked about a commit",
        file: "crates/xmtp-mls/src/commit/rules.rs",
        text: "    permitted(&commit.old, &change)?;",
        instead: "    let _ = permitted(&commit.old, &change);",
        package: "xmtp-mls",
        target: LIB,
        tests: &["adding_without_permission_is_refused", "renaming_without_permission_is_refused"],
    },
    Planted {
        name: "a number of an identity update goes down",
        file: "crates/xmtp-mls/src/commit/rules.rs",
        text: "after < before",
        instead: "after.as_u64() + 1_000_000 < before.as_u64()",
        package: "xmtp-mls",
        target: LIB,
        tests: &["identity_numbers"],
    },
    Planted {
        name: "more installations are removed than the ledger calls for",
        file: "crates/xmtp-mls/src/commit/rules.rs",
        text: "if removed != called_for {",
        instead: "if !removed.is_superset(&called_for) {",
        package: "xmtp-mls",
        target: LIB,
        tests: &[
            "exactly_the_installations_called_for_are_removed",
            "taking_an_installation_out_without_its_inbox_is_refused",
        ],
    },
    Planted {
        name: "an installation is added under the name of another inbox",
        file: "crates/xmtp-mls/src/commit/rules.rs",
        text: "Some(owner) if owner == inbox => {}",
        instead: "Some(owner) if owner == inbox || owner != inbox => {}",
        package: "xmtp-mls",
        target: LIB,
        tests: &["under_the_name_of_another_inbox"],
    },
    Planted {
        name: "a commit carries proposals of somebody else",
        file: "crates/xmtp-mls/src/commit/rules.rs",
        text: "if !commit.single_author {",
        instead: "if !commit.single_author && commit.foreign_proposals {",
        package: "xmtp-mls",
        target: LIB,
        tests: &["a_committer_that_takes_another_name_in_its_path_is_refused"],
    },
    Planted {
        name: "a welcome names a stranger as the installation of a member",
        file: "crates/xmtp-mls/src/welcome/validate.rs",
        text: "if unseated.remove(&installation) != Some(inbox) {",
        instead: "if unseated.remove(&installation).is_some_and(|owner| owner != inbox) {",
        package: "xmtp-mls",
        target: LIB,
        tests: &["every_leaf_must_be_an_installation_of_the_member_it_names"],
    },
    Planted {
        name: "a welcome replaces a known conversation by another",
        file: "crates/xmtp-mls/src/welcome/validate.rs",
        text: "if extensions::immutable_bytes(known)? == extensions::immutable_bytes(offered)? {",
        instead: "if extensions::immutable_bytes(known)?.len() == extensions::immutable_bytes(offered)?.len() {",
        package: "xmtp-mls",
        target: LIB,
        tests: &["a_welcome_never_puts_another_conversation_under_a_known_id"],
    },
    Planted {
        name: "a passkey's signature is not checked",
        file: "crates/xmtp-identity/src/signature/passkey.rs",
        text: ".map_err(|_| KIND.invalid(\"the passkey did not sign this text\"))?;",
        instead: ".ok();",
        package: "xmtp-identity",
        target: LIB,
        tests: &["signature::passkey"],
    },
    Planted {
        name: "a signature of an earlier identity update counts again",
        file: "crates/xmtp-identity/src/rules.rs",
        text: "if state.seen_signatures.contains(signature.replay_bytes()) {",
        instead: "if state.seen_signatures.contains(&[][..]) {",
        package: "xmtp-identity",
        target: LIB,
        tests: &["a_signature_of_an_earlier_update_is_not_used_again"],
    },
    Planted {
        name: "an installation outlives the wallet that added it",
        file: "crates/xmtp-identity/src/ledger.rs",
        text: "identifier.as_identifier().is_some() || member.added_by.as_ref() != Some(revoked)",
        instead: "identifier.as_identifier().is_none() || member.added_by.as_ref() != Some(revoked)",
        package: "xmtp-identity",
        target: LIB,
        tests: &["revoking_a_member_takes_the_installations_it_added_and_no_wallets"],
    },
    Planted {
        name: "anybody revokes members",
        file: "crates/xmtp-identity/src/rules.rs",
        text: "return Err(refused(\"ID.R42\", Refusal::MissingExistingMember));",
        instead: "check_chain(state, signature)?;",
        package: "xmtp-identity",
        target: LIB,
        tests: &["only_the_recovery_identifier_revokes_and_changes_recovery"],
    },
    Planted {
        name: "a key of small order is agreed with",
        file: "crates/xmtp-crypto/src/hpke/dhkem.rs",
        text: "if !dh.was_contributory() {",
        instead: "if !dh.was_contributory() && dh.as_bytes()[0] != 0 {",
        package: "xmtp-crypto",
        target: &["--test", "crypto"],
        tests: &["x25519_agrees_with_wycheproof_and_refuses_exactly_the_zero_secrets"],
    },
    Planted {
        name: "an attachment's digest is not compared",
        file: "crates/xmtp-crypto/src/attachment/keys.rs",
        text: "if !bool::from(hash::sha256(payload).ct_eq(digest)) {",
        instead: "if !bool::from(hash::sha256(payload).ct_eq(&hash::sha256(payload))) && digest[0] == 0 {",
        package: "xmtp-crypto",
        target: &["--test", "crypto"],
        tests: &["attachment::"],
    },
    Planted {
        name: "a cursor moves back",
        file: "crates/xmtp-storage/src/sqlite/cursors.rs",
        text: "WHERE excluded.sequence_id > cursors.sequence_id",
        instead: "WHERE excluded.sequence_id <> cursors.sequence_id",
        package: "xmtp-storage",
        target: LIB,
        tests: &["cursors_move_forward_only"],
    },
    Planted {
        name: "a transaction that is dropped is kept",
        file: "crates/xmtp-storage/src/sqlite/session.rs",
        text: "batch_execute(\"ROLLBACK\")",
        instead: "batch_execute(\"COMMIT\")",
        package: "xmtp-storage",
        target: LIB,
        tests: &["dropping_a_transaction_undoes_everything"],
    },
    Planted {
        name: "a live envelope that was read as history is handed out again",
        file: "crates/xmtp-delivery/src/catch_up.rs",
        text: "if envelope.sequence_id > mark.highest() => {",
        instead: "if envelope.sequence_id >= mark.highest() => {",
        package: "xmtp-delivery",
        target: LIB,
        tests: &["overlapping_history_and_live_give_every_envelope_once_and_in_order"],
    },
];
