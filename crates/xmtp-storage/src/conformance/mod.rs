//! What every store must do: one suite, run for each of them.
//!
//! Each function takes an empty store. `store_conformance!(make)` makes a test of every one; `make` is an
//! expression whose value dereferences to a [`crate::Store`].
#![expect(clippy::missing_errors_doc, reason = "an error is the failure of the test")]

mod commit_logs;
mod deletions;
mod groups;
mod intents;
mod messages;
mod preferences;
mod records;
mod removals;
mod rows;
mod transactions;

pub use commit_logs::*;
pub use deletions::*;
pub use groups::*;
pub use intents::*;
pub use messages::*;
pub use preferences::*;
pub use records::*;
pub use removals::*;
pub use transactions::*;

/// Makes a test of every function of [`crate::conformance`].
#[macro_export]
macro_rules! store_conformance {
    ($make:expr) => {
        $crate::store_conformance!($make =>
            dropping_a_transaction_undoes_everything,
            committing_keeps_everything,
            a_transaction_reads_its_own_writes,
            a_reader_sees_the_state_it_was_opened_on,
            a_savepoint_undoes_what_came_after_it,
            savepoints_nest,
            a_savepoint_must_be_set_before_it_is_returned_to,
            the_next_transaction_starts_from_the_last_commit,
            writers_on_many_threads_take_turns,
            every_field_of_a_conversation_comes_back,
            conversations_are_listed_by_newest_activity_and_ties_by_id,
            sync_groups_are_listed_only_when_asked_for,
            direct_messages_are_found_by_peer,
            conversations_are_filtered_by_consent_and_no_record_is_unknown,
            every_field_of_an_intent_comes_back,
            intents_are_listed_in_queue_order_and_by_state,
            the_first_intents_of_a_state_are_found,
            an_intent_begins_in_the_state_it_is_given,
            held_intents_are_released_by_group,
            what_is_acknowledged_is_published_with_its_message,
            an_intent_is_found_by_its_current_hash_only,
            intent_ids_rise_even_when_the_newest_intent_is_deleted,
            groups_with_open_intents_are_each_listed_once,
            every_field_of_a_message_comes_back,
            a_message_is_inserted_once,
            messages_whose_ids_begin_alike_are_told_apart,
            messages_are_ordered_by_time_and_ties_by_storing,
            messages_are_filtered_by_every_part_of_the_query,
            stored_positions_rise_even_when_the_newest_message_is_deleted,
            counting_ignores_the_limit,
            a_new_message_lifts_its_conversation_and_an_old_one_does_not,
            updating_delivery_moves_a_message_in_time,
            expired_messages_are_deleted_and_told,
            cursors_move_forward_only,
            cursors_of_topics_and_originators_are_apart,
            an_identity_log_is_append_only_and_in_order,
            a_consent_replaces_the_one_before_it,
            values_are_set_replaced_and_deleted,
            values_are_listed_by_prefix_in_key_order,
            changes_of_preferences_are_read_in_order_from_a_position,
            commit_logs_of_groups_and_sides_are_apart,
            the_state_of_a_commit_log_is_replaced_whole,
            requests_to_be_added_again_are_open_until_they_are_answered,
            a_wish_to_be_removed_is_noted_once_and_forgotten,
            pages_put_together_are_the_list,
            conversations_are_filtered_by_time_and_by_whether_they_can_move_on,
            one_conversation_can_stand_for_all_with_a_peer,
            conversations_keep_the_place_at_which_they_came,
            a_message_is_deleted_once_and_deletions_are_read_in_order,
            expired_messages_are_noted_as_deleted,
            wishes_to_delete_wait_for_their_message,
            messages_are_inserted_together_as_one_by_one,
            whether_envelopes_were_made_is_told_by_the_states,
            cursors_of_all_groups_are_read_at_once,
            a_message_that_is_being_sent_counts_for_its_conversation,
        );
    };
    ($make:expr => $($name:ident),+ $(,)?) => {
        $(
            #[test]
            fn $name() -> Result<(), $crate::StorageError> {
                let store = $make;
                $crate::conformance::$name(&*store)
            }
        )+
    };
}
