//! Questions of health over HTTP, from the start of an agent to its end.
use crate::world::{World, next, reporter};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use xmtp_agent::{HealthEndpoint, prelude::*};

/// The answer to a question, head and body.
pub(crate) async fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn an_agent_is_well_while_it_runs_ready_while_connected_and_unreachable_once_it_stops() {
    let world = World::new();
    let (report, mut reports) = reporter();
    let endpoint = HealthEndpoint::at(([127, 0, 0, 1], 0));
    assert_eq!(endpoint.address(), None);
    let agent = Agent::new(world.client().await).health(endpoint.clone()).on_connected(move |_| {
        report.tell("connected");
        async { Ok(()) }
    });
    let agent = agent.start().await.unwrap();
    let address = endpoint.address().unwrap();
    assert!(ask(address, "/healthz").await.starts_with("HTTP/1.1 200"));
    assert_eq!(next(&mut reports).await, "connected");
    let ready = ask(address, "/readyz").await;
    assert!(ready.starts_with("HTTP/1.1 200") && ready.ends_with("ready\n"), "{ready}");
    assert!(ask(address, "/metrics").await.starts_with("HTTP/1.1 404"), "nobody asked for them to be served");
    assert!(ask(address, "/").await.starts_with("HTTP/1.1 404"));
    agent.stop().await.unwrap();
    TcpStream::connect(address).await.unwrap_err();
}

#[tokio::test]
async fn an_agent_whose_health_cannot_be_served_does_not_start_and_says_where() {
    let world = World::new();
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let _holder = TcpListener::bind(taken).await.unwrap();
    let agent = Agent::new(world.client().await).health(HealthEndpoint::at(taken));
    let error = agent.start().await.unwrap_err();
    assert!(error.to_string().contains(&taken.to_string()), "{error}");
}
