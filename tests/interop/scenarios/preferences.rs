//! What a user decides on one installation and finds on another, of either client.
use anyhow::{Result, ensure};

use super::{Scenario, scenarios};
use crate::{
    account::Account,
    check::same,
    preference::{About, Keys, Wanted},
    user::User,
    world::World,
};

pub(crate) fn all() -> Vec<Scenario> {
    scenarios![
        "preferences: consent of a conversation travels both ways" => conversation,
        "preferences: consent of an inbox travels both ways" => inbox,
        "preferences: what is not known any more travels too" => unknown,
        "preferences: several decisions travel together" => several,
        "preferences: who creates a conversation allows it on all installations" => creating,
        "preferences: who writes in a conversation allows it on all installations" => writing,
        "preferences: a stream tells what the other installation decided, in order" => streamed,
        "preferences: a stream tells what was decided here" => streamed_here,
        "preferences: two installations have the same push keys" => push_keys,
        "preferences: a new installation changes the push keys for all" => new_push_keys,
        "preferences: push keys of a direct conversation have those of its duplicates" => duplicates,
        "preferences: a new installation is let into conversations at once" => let_in,
        "preferences: installations of both clients agree after many decisions" => many,
    ]
}

/// Two installations of one user that have heard of each other, and somebody else.
async fn cast(world: &World) -> Result<(User, User, User)> {
    let account = Account::wallet()?;
    let phone = world.synced_opener_as("phone", &account).await?;
    let laptop = world.synced_other_as("laptop", &account).await?;
    let bo = world.opener("bo").await?;
    laptop.sync_preferences().await?;
    // Each way once: whoever of them makes the group for both, the other has joined it now.
    for (from, to) in [(&laptop, &phone), (&phone, &laptop)] {
        let about = About::Inbox(bo.inbox_id().to_owned());
        let before = from.consent(&about).await?;
        let decided = if before == Wanted::Allowed { Wanted::Unknown } else { Wanted::Allowed };
        from.set_consent(&[(about.clone(), decided)]).await?;
        if from.may_drop_first_decisions() && to.hears_soon(&about, decided).await.is_err() {
            for wanted in [before, decided] {
                from.set_consent(&[(about.clone(), wanted)]).await?;
            }
        }
        to.hears(&about, decided).await?;
    }
    Ok((phone, laptop, bo))
}

async fn conversation(world: World) -> Result<()> {
    let (phone, laptop, bo) = cast(&world).await?;
    let group = phone.group(&[&bo], "ours").await?;
    laptop.joins(&group).await?;
    let about = About::Conversation(group.clone());
    phone.set_conversation_consent(&group, Wanted::Denied).await?;
    laptop.hears(&about, Wanted::Denied).await?;
    laptop.set_conversation_consent(&group, Wanted::Allowed).await?;
    phone.hears(&about, Wanted::Allowed).await
}

async fn inbox(world: World) -> Result<()> {
    let (phone, laptop, bo) = cast(&world).await?;
    let about = About::Inbox(bo.inbox_id().to_owned());
    phone.set_consent(&[(about.clone(), Wanted::Denied)]).await?;
    laptop.hears(&about, Wanted::Denied).await?;
    laptop.set_consent(&[(about.clone(), Wanted::Allowed)]).await?;
    phone.hears(&about, Wanted::Allowed).await
}

async fn unknown(world: World) -> Result<()> {
    let (phone, laptop, bo) = cast(&world).await?;
    let about = About::Inbox(bo.inbox_id().to_owned());
    for (from, to) in [(&phone, &laptop), (&laptop, &phone)] {
        for wanted in [Wanted::Denied, Wanted::Unknown] {
            from.set_consent(&[(about.clone(), wanted)]).await?;
            to.hears(&about, wanted).await?;
        }
    }
    Ok(())
}

async fn several(world: World) -> Result<()> {
    let (phone, laptop, bo) = cast(&world).await?;
    let caro = world.other("caro").await?;
    let group = phone.group(&[&bo], "several").await?;
    laptop.joins(&group).await?;
    let decisions = [
        (About::Inbox(bo.inbox_id().to_owned()), Wanted::Denied),
        (About::Inbox(caro.inbox_id().to_owned()), Wanted::Allowed),
        (About::Conversation(group), Wanted::Denied),
    ];
    laptop.set_consent(&decisions).await?;
    for (about, wanted) in &decisions {
        phone.hears(about, *wanted).await?;
    }
    Ok(())
}

async fn creating(world: World) -> Result<()> {
    let (phone, laptop, bo) = cast(&world).await?;
    for (from, to) in [(&phone, &laptop), (&laptop, &phone)] {
        let group = from.group(&[&bo], "new").await?;
        // From the other installation's word alone: it need not be in the group yet.
        to.hears(&About::Conversation(group), Wanted::Allowed).await?;
    }
    Ok(())
}

async fn writing(world: World) -> Result<()> {
    let (phone, laptop, bo) = cast(&world).await?;
    let dm = bo.dm(&phone).await?;
    for user in [&phone, &laptop] {
        user.joins(&dm).await?;
        same("before anybody answers", &user.consent(&About::Conversation(dm.clone())).await?, &Wanted::Unknown)?;
    }
    phone.say(&dm, "hello").await?;
    laptop.hears(&About::Conversation(dm), Wanted::Allowed).await
}

async fn streamed(world: World) -> Result<()> {
    let (phone, mut laptop, bo) = cast(&world).await?;
    let about = About::Inbox(bo.inbox_id().to_owned());
    laptop.follow_preferences("preferences").await?;
    for wanted in [Wanted::Denied, Wanted::Allowed, Wanted::Denied] {
        phone.set_consent(&[(about.clone(), wanted)]).await?;
        laptop.hears(&about, wanted).await?;
        same("what the stream tells", &laptop.next_consent("preferences").await?, &(about.clone(), wanted))?;
    }
    Ok(())
}

async fn streamed_here(world: World) -> Result<()> {
    let (mut phone, mut laptop, bo) = cast(&world).await?;
    let about = About::Inbox(bo.inbox_id().to_owned());
    for (user, stream) in [(&mut phone, "phone"), (&mut laptop, "laptop")] {
        // What the other one decided has arrived: deciding the same again is no change, and nothing is told of it.
        if stream == "laptop" {
            user.hears(&about, Wanted::Allowed).await?;
        }
        user.follow_preferences(stream).await?;
        for wanted in [Wanted::Denied, Wanted::Allowed] {
            user.set_consent(&[(about.clone(), wanted)]).await?;
            // What the other one decided before may come in between.
            while user.next_consent(stream).await? != (about.clone(), wanted) {}
        }
    }
    Ok(())
}

async fn push_keys(world: World) -> Result<()> {
    let (phone, laptop, bo) = cast(&world).await?;
    let group = phone.group(&[&bo], "pushed").await?;
    laptop.joins(&group).await?;
    let keys = phone.shares_push_keys(&laptop, &group, &Keys::new()).await?;
    let epochs: Vec<_> = keys.get(&group).into_iter().flatten().map(|(epoch, _)| *epoch).collect();
    ensure!(matches!(epochs.as_slice(), [a, b, c] if a + 1 == *b && b + 1 == *c), "the periods are {epochs:?}");
    same("keys of all conversations", &phone.hmac_keys().await?, &laptop.hmac_keys().await?)
}

async fn new_push_keys(world: World) -> Result<()> {
    let (phone, laptop, bo) = cast(&world).await?;
    let group = phone.group(&[&bo], "pushed").await?;
    laptop.joins(&group).await?;
    let before = phone.shares_push_keys(&laptop, &group, &Keys::new()).await?;
    let tablet = world.synced_other_as("tablet", phone.account()).await?;
    tablet.sync_preferences().await?;
    let after = phone.shares_push_keys(&laptop, &group, &before).await?;
    phone.say(&group, "the tablet may read this").await?;
    tablet.joins(&group).await?;
    ensure!(after != before, "the keys are the same");
    tablet.shares_push_keys(&phone, &group, &before).await.map(drop)
}

async fn duplicates(world: World) -> Result<()> {
    let (phone, laptop, bo) = cast(&world).await?;
    let (one, two) = (bo.dm(&phone).await?, laptop.dm(&bo).await?);
    ensure!(one != two, "both found the same conversation");
    for user in [&phone, &laptop] {
        user.has_push_keys_of(&one, &two).await?;
    }
    Ok(())
}

async fn let_in(world: World) -> Result<()> {
    let account = Account::wallet()?;
    let phone = world.synced_opener_as("phone", &account).await?;
    let bo = world.opener("bo").await?;
    let group = phone.group(&[&bo], "before").await?;
    phone.say(&group, "nobody else is here").await?;
    let laptop = world.synced_other_as("laptop", &account).await?;
    laptop.sync_preferences().await?;
    phone.welcomes(&laptop, &group).await
}

async fn many(world: World) -> Result<()> {
    let (phone, laptop, bo) = cast(&world).await?;
    let about = About::Inbox(bo.inbox_id().to_owned());
    for (from, wanted) in [(&phone, Wanted::Denied), (&laptop, Wanted::Allowed), (&phone, Wanted::Unknown)] {
        from.sync_preferences().await?;
        from.set_consent(&[(about.clone(), wanted)]).await?;
        let other = if std::ptr::eq(from, &phone) { &laptop } else { &phone };
        other.hears(&about, wanted).await?;
    }
    for user in [&phone, &laptop] {
        user.hears(&about, Wanted::Unknown).await?;
    }
    Ok(())
}
