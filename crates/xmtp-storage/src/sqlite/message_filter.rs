//! Which rows a query for messages is about.
use super::{
    convert::{bound, from_time},
    schema::{conversations, groups, messages, senders},
};
use crate::{MessageOrder, MessageQuery, Place};
use diesel::{
    dsl::not,
    prefix_operator,
    prelude::*,
    sql_types::{BigInt, Bool},
    sqlite::Sqlite,
};

// Keeps SQLite from searching by this column.
prefix_operator!(Unindexed, "+", BigInt);

type Rows<'q> = messages::BoxedQuery<'q, Sqlite>;
type Condition<'q> = Box<dyn BoxableExpression<messages::table, Sqlite, SqlType = Bool> + 'q>;

/// The messages that fit `query`, its order and limit aside.
pub(super) fn matching(query: &MessageQuery) -> Rows<'_> {
    let mut rows = in_place(in_conversation(messages::table.into_boxed(), query), query);
    if let Some(kind) = query.kind {
        rows = rows.filter(messages::kind.eq(kind as i32));
    }
    if let Some(status) = query.status {
        rows = rows.filter(messages::status.eq(status as i32));
    }
    if let Some(wanted) = of_types(&query.content_types) {
        rows = rows.filter(wanted);
    }
    if let Some(unwanted) = of_types(&query.excluded_types) {
        rows = rows.filter(not(unwanted));
    }
    if !query.excluded_senders.is_empty() {
        let inboxes = query.excluded_senders.iter().map(|inbox| inbox.as_bytes().as_slice());
        let excluded = senders::table.filter(senders::inbox.eq_any(inboxes)).select(senders::id);
        rows = rows.filter(messages::sender.ne_all(excluded));
    }
    if !query.referring_to.is_empty() {
        let ids = query.referring_to.iter().map(|id| id.as_bytes().as_slice());
        rows = rows.filter(messages::reference.eq_any(ids));
    }
    if let Some(now) = query.unexpired_at {
        rows = rows.filter(messages::expires_at.is_null().or(messages::expires_at.gt(from_time(now))));
    }
    rows
}

fn in_conversation<'q>(mut rows: Rows<'q>, query: &'q MessageQuery) -> Rows<'q> {
    // Who asks for what came after a position, or for what refers to a message, wants the few rows that do, not a whole
    // conversation to pick from.
    let wants_few = query.stored_after.is_some() || !query.referring_to.is_empty();
    let of = messages::conversation.nullable();
    if let Some(group) = &query.group {
        let one = conversations::table.filter(conversations::group_id.eq(group.as_bytes()));
        let one = one.select(conversations::position).single_value();
        rows = if wants_few { rows.filter(Unindexed::new(of).eq(one)) } else { rows.filter(of.eq(one)) };
    }
    if let Some(peer) = &query.dm_peer {
        let dms = conversations::table.inner_join(groups::table.on(groups::id.eq(conversations::group_id)));
        let dms = dms.filter(groups::dm_peer.eq(peer.as_bytes().as_slice())).select(conversations::position.nullable());
        rows = if wants_few { rows.filter(Unindexed::new(of).eq_any(dms)) } else { rows.filter(of.eq_any(dms)) };
    }
    rows
}

fn in_place<'q>(mut rows: Rows<'q>, query: &MessageQuery) -> Rows<'q> {
    if let Some(after) = query.sent_after {
        rows = rows.filter(messages::sent_at.gt(from_time(after)));
    }
    if let Some(before) = query.sent_before.and_then(|before| i64::try_from(before.as_nanos()).ok()) {
        rows = rows.filter(messages::sent_at.lt(before));
    }
    if let Some(after) = query.stored_after {
        rows = rows.filter(messages::position.gt(bound(after)));
    }
    if let Some(before) = query.stored_before.and_then(|before| i64::try_from(before).ok()) {
        rows = rows.filter(messages::position.lt(before));
    }
    match query.beyond {
        Some(place) => beyond(rows, query.order, place),
        None => rows,
    }
}

fn beyond(rows: Rows<'_>, order: MessageOrder, place: Place) -> Rows<'_> {
    let (sent_at, position) = (from_time(place.sent_at), bound(place.position));
    let same = messages::sent_at.eq(sent_at);
    // The outer bound says nothing new, but the index by time can be searched by it.
    match order {
        MessageOrder::SentAscending => rows
            .filter(messages::sent_at.ge(sent_at))
            .filter(messages::sent_at.gt(sent_at).or(same.and(messages::position.gt(position)))),
        MessageOrder::SentDescending => rows
            .filter(messages::sent_at.le(sent_at))
            .filter(messages::sent_at.lt(sent_at).or(same.and(messages::position.lt(position)))),
        MessageOrder::Stored => rows.filter(messages::position.gt(position)),
        MessageOrder::StoredDescending => rows.filter(messages::position.lt(position)),
    }
}

/// Any of these types; a name without a version stands for all of them, which begin with it and a colon.
fn of_types(names: &[String]) -> Option<Condition<'_>> {
    let versions = |name: &String| {
        let after_colon = messages::content_type.lt(format!("{name};"));
        messages::content_type.ge(format!("{name}:")).and(after_colon)
    };
    let one = |name| -> Condition<'_> { Box::new(messages::content_type.eq(name).or(versions(name))) };
    names.iter().map(one).reduce(|some, another| Box::new(some.or(another)))
}
