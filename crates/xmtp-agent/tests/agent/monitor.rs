//! What a monitor measures, and whom it tells.
use crate::world::{World, next, reporter, say};
use std::time::Duration;
use xmtp_agent::{PerformanceMonitor, prelude::*};

/// What a monitor tells that lets messages take `critical`, of one that is handled and one that fails.
async fn told(critical: Duration) -> Vec<String> {
    let world = World::new();
    let (report, mut reports) = reporter();
    let [responses, criticals] = [report.clone(), report];
    let monitor = PerformanceMonitor::new()
        .report_every(Duration::ZERO)
        .critical_after(critical)
        .on_response(move |_| responses.tell("response"))
        .on_critical_response(move |_| criticals.tell("critical"));
    let agent = Agent::new(world.client().await).monitor(monitor);
    let agent = agent.on_text(async |_, text| if text == "broken" { Err("on purpose".into()) } else { Ok(()) });
    let agent = agent.start().await.unwrap();
    let alice = world.person().await;
    let dm = alice.dm(agent.inbox_id()).await;
    for text in ["fine", "broken"] {
        say(&dm, text).await;
    }
    let mut told = Vec::new();
    while told.iter().filter(|what| *what == "response").count() < 2 {
        told.push(next(&mut reports).await);
    }
    agent.stop().await.unwrap();
    told.extend(std::iter::from_fn(|| reports.try_recv().ok()));
    told
}

#[tokio::test]
async fn every_message_is_measured_and_those_that_take_too_long_are_told_apart() {
    assert_eq!(told(Duration::from_secs(3_600)).await, ["response"; 2]);
    assert_eq!(told(Duration::ZERO).await, ["response", "critical"].repeat(2));
}

#[tokio::test]
async fn health_is_reported_at_once_and_the_end_is_told_once() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let [healths, ends] = [report.clone(), report.clone()];
    let monitor = PerformanceMonitor::new()
        .report_every(Duration::from_secs(3_600))
        .on_health_report(move |health| {
            assert!(health.resident_bytes > 0 && health.waiting == 0 && health.in_flight == 0);
            healths.tell("health");
        })
        .on_shutdown(move || ends.tell("end"));
    let agent = Agent::new(world.client().await).monitor(monitor.clone()).start().await.unwrap();
    assert_eq!(next(&mut reports).await, "health");
    agent.stop().await.unwrap();
    assert_eq!(next(&mut reports).await, "end");
    monitor.shutdown();
    assert!(reports.try_recv().is_err(), "told once");
}
