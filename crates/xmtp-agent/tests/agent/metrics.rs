//! What Prometheus is told of an agent.
use crate::{
    health::ask,
    world::{World, next, reporter, say},
};
use xmtp_agent::{HealthEndpoint, PerformanceMonitor, prelude::*};

#[tokio::test]
async fn metrics_count_messages_by_outcome_and_how_long_they_took() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let endpoint = HealthEndpoint::at(([127, 0, 0, 1], 0)).metrics().unwrap();
    let monitor = PerformanceMonitor::new().on_response(move |_| report.tell("handled"));
    let agent = Agent::new(world.client().await)
        .health(endpoint.clone())
        .monitor(monitor)
        .on_text(async |_, text| if text == "broken" { Err("on purpose".into()) } else { Ok(()) });
    let agent = agent.start().await.unwrap();
    let alice = world.person().await;
    let dm = alice.dm(agent.inbox_id()).await;
    for text in ["fine", "broken", "fine"] {
        say(&dm, text).await;
    }
    for _ in 0..3 {
        next(&mut reports).await;
    }
    let metrics = ask(endpoint.address().unwrap(), "/metrics").await;
    assert!(metrics.contains("content-type: text/plain; version=0.0.4"), "{metrics}");
    for line in [
        "# TYPE xmtp_agent_messages_total counter",
        "xmtp_agent_messages_total{outcome=\"failed\"} 1",
        "xmtp_agent_messages_total{outcome=\"handled\"} 2",
        "xmtp_agent_response_seconds_bucket{le=\"10\"}",
        "xmtp_agent_in_flight 0",
        "xmtp_agent_resident_bytes ",
    ] {
        assert!(metrics.contains(line), "{line} is not in {metrics}");
    }
}
