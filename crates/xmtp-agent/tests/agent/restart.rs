//! Stops and starts: nothing is missed, nothing is handled twice.
use crate::world::{World, next, reporter, say, soon};
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;
use xmtp_agent::prelude::*;
use xmtp_client::LocalWallet;

#[tokio::test]
async fn what_came_while_the_agent_was_down_is_handled_once_when_it_is_back() {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let wallet = LocalWallet::generate().unwrap();
    let alice = world.person().await;
    let mut heard = Vec::new();
    for round in 0..3 {
        let (report, mut reports) = reporter();
        let agent = Agent::new(world.client_in(folder.path(), &wallet).await).on_text(move |_, text| {
            report.tell(text);
            async { Ok(()) }
        });
        let agent = agent.start().await.unwrap();
        let dm = alice.dm(agent.inbox_id()).await;
        say(&dm, format!("{round} up")).await;
        while heard.last().is_none_or(|last| *last != format!("{round} up")) {
            heard.push(next(&mut reports).await);
        }
        agent.stop().await.unwrap();
        assert_eq!(soon(reports.recv()).await, None);
        say(&dm, format!("{round} down")).await;
    }
    assert_eq!(heard, ["0 up", "0 down", "1 up", "1 down", "2 up"]);
}

#[tokio::test]
async fn a_stop_lets_a_running_handler_end_and_leaves_the_rest_for_the_next_start() {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let wallet = LocalWallet::generate().unwrap();
    let alice = world.person().await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));

    let (report, mut reports) = reporter();
    let (has_begun, may_end) = (Arc::clone(&begun), Arc::clone(&go_on));
    let agent = Agent::new(world.client_in(folder.path(), &wallet).await).on_text(move |_, text| {
        let (report, begun, go_on) = (report.clone(), Arc::clone(&has_begun), Arc::clone(&may_end));
        async move {
            begun.notify_one();
            go_on.notified().await;
            report.tell(text);
            Ok(())
        }
    });
    let agent = agent.start().await.unwrap();
    let dm = alice.dm(agent.inbox_id()).await;
    say(&dm, "running").await;
    say(&dm, "waiting").await;
    soon(begun.notified()).await;
    // The stop is asked for before the handler may end.
    let (stopped, ()) = soon(async { tokio::join!(agent.stop(), async { go_on.notify_one() }) }).await;
    stopped.unwrap();
    assert_eq!(next(&mut reports).await, "running");
    assert_eq!(soon(reports.recv()).await, None);

    let (report, mut reports) = reporter();
    let agent = Agent::new(world.client_in(folder.path(), &wallet).await).on_text(move |_, text| {
        report.tell(text);
        async { Ok(()) }
    });
    let _agent = agent.start().await.unwrap();
    assert_eq!(next(&mut reports).await, "waiting");
}

#[tokio::test]
async fn a_handler_that_never_ends_does_not_hold_up_a_stop_and_its_message_comes_again() {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let wallet = LocalWallet::generate().unwrap();
    let alice = world.person().await;
    let begun = Arc::new(Notify::new());
    let has_begun = Arc::clone(&begun);
    let client = world.client_in(folder.path(), &wallet).await;
    let agent = Agent::new(client).grace(Duration::from_millis(50)).on_text(move |_, _| {
        has_begun.notify_one();
        std::future::pending()
    });
    let agent = agent.start().await.unwrap();
    say(&alice.dm(agent.inbox_id()).await, "stuck").await;
    soon(begun.notified()).await;
    soon(agent.stop()).await.unwrap();

    let (report, mut reports) = reporter();
    let agent = Agent::new(world.client_in(folder.path(), &wallet).await).on_text(move |_, text| {
        report.tell(text);
        async { Ok(()) }
    });
    let _agent = agent.start().await.unwrap();
    assert_eq!(next(&mut reports).await, "stuck");
}

#[tokio::test]
async fn what_a_database_holds_before_its_first_agent_is_history() {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    let wallet = LocalWallet::generate().unwrap();
    let alice = world.person().await;
    let client = world.client_in(folder.path(), &wallet).await;
    let dm = alice.dm(client.inbox_id()).await;
    say(&dm, "to a person").await;
    client.conversations().sync_all().await.unwrap();

    let (report, mut reports) = reporter();
    let agent = Agent::new(client).on_text(move |_, text| {
        report.tell(text);
        async { Ok(()) }
    });
    say(&dm, "to the agent").await;
    let _agent = agent.start().await.unwrap();
    assert_eq!(next(&mut reports).await, "to the agent");
}

#[cfg(unix)]
#[tokio::test]
async fn sigterm_stops_a_run_that_lets_its_handler_end() {
    let world = World::new();
    let alice = world.person().await;
    let client = world.client().await;
    let inbox = client.inbox_id();
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (report, mut reports) = reporter();
    let (has_begun, may_end) = (Arc::clone(&begun), Arc::clone(&go_on));
    let agent = Agent::new(client).on_text(move |_, text| {
        let (report, begun, go_on) = (report.clone(), Arc::clone(&has_begun), Arc::clone(&may_end));
        async move {
            begun.notify_one();
            go_on.notified().await;
            report.tell(text);
            Ok(())
        }
    });
    let running = tokio::spawn(agent.run());
    say(&alice.dm(inbox).await, "last words").await;
    soon(begun.notified()).await;
    let own = std::process::id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &own]).status().unwrap().success());
    go_on.notify_one();
    soon(running).await.unwrap().unwrap();
    assert_eq!(next(&mut reports).await, "last words");
}
